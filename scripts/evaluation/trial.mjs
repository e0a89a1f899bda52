/**
 * One trial: the real sandbox over loopback HTTP and drop folders, disturbed as its seed says, the real nightly job against it, and the score
 * against the planted truth.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conditionsOf, disturbedBy } from './conditions.mjs';
import { randomOf } from './random.mjs';
import { scoreTrial } from './scoring.mjs';
import { mistype, takeAway } from './spoil.mjs';

const { createSandbox, feedFaults } = await import('../../dist/sandbox/index.js');
const { stories } = await import('../../dist/sandbox/stories/index.js');
const { createExchange } = await import('../../dist/exchange.js');
const { deathFact, rules } = await import('../../dist/reconcile/index.js');

const today = '2026-11-23';
const dayMs = 86_400_000;

export async function trial(seed) {
  const conditions = conditionsOf(seed, { feedFaults, stories: stories.length });
  const random = randomOf(seed + 1_000_000);
  const dir = mkdtempSync(join(tmpdir(), 'yilian-evaluate-'));
  let at = Date.parse(`${today}T02:00:00.000Z`);
  const now = () => new Date(at);
  const isLater = conditions.days > 0;
  const sandbox = await createSandbox({
    dir,
    seed,
    people: conditions.people,
    today,
    clock: now,
    ...(isLater ? {} : { faults: conditions.faults }),
  });
  try {
    await sandbox.start();
    // On a busy machine a simulated agency is slow, which is not what is measured here.
    const config = join(dir, 'yilian.config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replaceAll('deadline: 20s', 'deadline: 180s'));
    const exchange = await createExchange(config, { now });
    try {
      const bringBack = conditions.late === undefined ? undefined : takeAway(dir, conditions.late, random);
      if (conditions.missing !== undefined) takeAway(dir, conditions.missing, random);
      const numbers = conditions.mistyped === 0 ? new Set() : mistype(dir, conditions.mistyped, random);
      await exchange.importCases([join(dir, 'cases.jsonl')]);
      let outcome = await exchange.reconcile();
      const before = sandbox.truth.expected;
      if (isLater) {
        for (const [feed, fault] of Object.entries(conditions.faults)) sandbox.setFault(feed, fault);
        bringBack?.();
        await sandbox.advance(conditions.days);
        at += conditions.days * dayMs;
        outcome = await exchange.reconcile();
      }
      return { conditions, ...(await scored(exchange, sandbox, { outcome, numbers, conditions, before })) };
    } finally {
      await exchange.close();
    }
  } finally {
    await sandbox.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function scored(exchange, sandbox, { outcome, numbers, conditions, before }) {
  const { truth } = sandbox;
  const { manifest } = outcome;
  const unusable = manifest.feeds.filter(({ status }) => status.state !== 'fresh');
  const results = new Map();
  const spoiled = new Set();
  for (const { caseNo } of truth.expected) {
    const subject = await exchange.store.subjectOfCase(caseNo, manifest.asOf);
    if (subject === undefined) throw new Error('a planted case is not on file');
    if (subject.idDocuments.some(({ number, raw }) => numbers.has(number) || numbers.has(raw))) spoiled.add(caseNo);
    const told = await exchange.store.resultsOf(manifest.id, subject.key);
    for (const result of told) results.set(`${caseNo} ${result.rule}`, result.outcome);
  }
  const records = await exchange.findings();
  const score = scoreTrial({
    expected: truth.expected,
    before,
    records,
    outcomeOf: (caseNo, rule) => results.get(`${caseNo} ${rule}`),
    feedsOf: (id) => (rules.find((rule) => rule.id === id)?.feeds ?? []).map(({ agency, feed }) => `${agency}/${feed}`),
    disturbed: new Set([...disturbedBy(conditions), ...unusable.map(({ agency, feed }) => `${agency}/${feed}`)]),
    spoiled,
  });
  return {
    ...score,
    critical: await calibrated(exchange, records, manifest.asOf),
    unusable: unusable.map(({ agency, feed, status }) => `${agency}/${feed} ${status.state}`),
    exitCode: manifest.exitCode,
  };
}

/** What each critical finding rests on: kinds of death evidence, and the agencies whose records it claims. */
async function calibrated(exchange, records, asOf) {
  const told = [];
  for (const { finding, state } of records) {
    if (finding.severity !== 'critical' || !['open', 'verifying', 'confirmed', 'held'].includes(state)) continue;
    const fact = deathFact(await exchange.caseFile(finding.subject.caseNos[0], { asOf }));
    const agencies = new Set(finding.claims.flatMap(({ agency, source }) => (source === undefined ? [] : [agency])));
    told.push({ rule: finding.rule, level: fact.level, kinds: fact.kinds.length, agencies: agencies.size });
  }
  return told;
}
