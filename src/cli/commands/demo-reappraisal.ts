import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { nodeServerOptions, packDossier, toNodeListener } from '../../dossier/index.js';
import type { Exchange } from '../../exchange.js';
import type { AuditVerification, Bilingual, DossierItem, FindingRecord } from '../../model/index.js';
import type { RunOutcome } from '../../reconcile/run.js';
import { type Misdeed, type PulledDossier, type Sandbox, type Score, score, type Truth } from '../../sandbox/index.js';

/** The demo's ending: the province pulls the dossiers of its re-appraisals and concludes, and a second night sees what follows from it. */

/** What is done with the sandbox's province and the city's dossier service. */
export interface Scene {
  sandbox: Sandbox;
  exchange: Exchange;
  /** Where the demo writes. */
  folder: string;
  /** Moves the day on by one, on both sides. */
  nextDay(): Promise<void>;
  /** Another night. */
  night(): Promise<RunOutcome>;
}

/** What came of it, and what is not as it was planted. */
export interface ReappraisalReport {
  opened: number;
  dossiers: { caseNo: string; late: boolean; documents: number; items: Record<DossierItem['status'], number> }[];
  /** Documents whose hashes are right, and answers whose signatures are. */
  documents: number;
  answers: number;
  misdeeds: { asked: number; refused: number; statuses: Record<string, number> };
  /** Dossiers that ended because the city's file changed: `410` from then on. */
  ended: { caseNo: string; version?: number }[];
  concluded: string[];
  superseded: string[];
  /** Of the re-appraised persons, new in the second night. */
  findings: { rule: string; caseNo: string }[];
  /** The second night against the truth. */
  score: Pick<Score, 'found' | 'missed' | 'false'>;
  audit: Pick<AuditVerification, 'ok' | 'records' | 'seals'>;
  /** Where one of the dossiers lies, with how its seal is to be read. */
  kept?: { file: string; key: string };
  wrong: Bilingual[];
}

/** Before the first night, so that it sees them. */
export async function openReappraisals(sandbox: Sandbox): Promise<void> {
  for (const { caseNo } of sandbox.truth.reappraisals) await sandbox.province.openReappraisal(caseNo);
}

export async function reappraise(scene: Scene): Promise<ReappraisalReport> {
  const { sandbox, exchange, folder } = scene;
  const planned = sandbox.truth.reappraisals;
  const report: ReappraisalReport = {
    opened: planned.length,
    dossiers: [],
    documents: 0,
    answers: 0,
    misdeeds: { asked: 0, refused: 0, statuses: {} },
    ended: [],
    concluded: [],
    superseded: [],
    findings: [],
    score: { found: 0, missed: [], false: [] },
    audit: { ok: false, records: 0, seals: 0 },
    wrong: [],
  };
  await exchange.importDocuments(join(folder, 'scans'));
  const service = await serveDossiers(exchange);
  try {
    for (const plan of planned) await pullOne(scene, service.origin, plan, report);
  } finally {
    await service.stop();
  }
  await scene.nextDay();
  await concludeAll(scene, planned, report);
  const { ok, records, seals } = await exchange.audit.verify();
  report.audit = { ok, records, seals };
  if (!ok) report.wrong.push({ zh: '审计日志校验不通过', en: 'the audit log does not verify' });
  return report;
}

type Planned = Truth['reappraisals'][number];

async function pullOne(scene: Scene, origin: string, plan: Planned, report: ReappraisalReport): Promise<void> {
  const { province } = scene.sandbox;
  const { caseNo } = plan;
  const wrong = (zh: string, en: string): void =>
    void report.wrong.push({ zh: `案件 ${caseNo}：${zh}`, en: `case ${caseNo}: ${en}` });

  const pulled = await province.pullDossier(origin, caseNo);
  const { manifest } = pulled;
  report.answers += pulled.answers;
  for (const fault of pulled.faults) wrong(`卷宗有误（${fault}）`, `the dossier is not right (${fault})`);
  if (manifest === undefined) {
    wrong(`卷宗未取得（${pulled.status}）`, `no dossier (${pulled.status})`);
    return;
  }
  const items = countItems(manifest.checklist);
  report.dossiers.push({ caseNo, late: manifest.late, documents: pulled.documents.length, items });
  report.documents += pulled.documents.length;
  if (manifest.late !== plan.late) wrong('逾期标识有误', 'whether it was in time is told wrongly');
  for (const kind of ['id-document', 'medical-records', 'review-form'] as const)
    if (manifest.checklist.find((item) => item.kind === kind)?.status !== 'included') wrong(`缺 ${kind}`, `lacks ${kind}`);
  if (report.kept === undefined) {
    const { keyId } = manifest.seal;
    const file = await keepDossier(scene.folder, pulled);
    report.kept = { file, key: join(scene.folder, 'keys', `${keyId}.pem`) };
  }

  for (const misdeed of plan.misdeeds) await forge(scene, origin, { caseNo, misdeed }, report);
  if (plan.afterwards !== undefined) await amend(scene, origin, { ...plan, change: plan.afterwards, id: manifest.id }, report);
}

async function forge(
  { sandbox }: Scene,
  origin: string,
  { caseNo, misdeed }: { caseNo: string; misdeed: Misdeed },
  { misdeeds, wrong }: ReappraisalReport,
): Promise<void> {
  const { status, given, fault } = await sandbox.province.misbehave(origin, caseNo, misdeed);
  misdeeds.asked++;
  misdeeds.statuses[status] = (misdeeds.statuses[status] ?? 0) + 1;
  if (!given) misdeeds.refused++;
  else wrong.push({ zh: `${misdeed} 未被拒绝`, en: `${misdeed} was not refused` });
  if (fault !== undefined)
    wrong.push({
      zh: `对 ${misdeed} 的答复未正确签名（${fault}）`,
      en: `the answer to ${misdeed} is not signed rightly (${fault})`,
    });
}

/** The city's file changes after the dossier was pulled: what the province holds is not what stands any more. */
async function amend(
  { sandbox, exchange, folder }: Scene,
  origin: string,
  { caseNo, change, id }: { caseNo: string; change: 'revoke' | 'supplement'; id: string },
  report: ReappraisalReport,
): Promise<void> {
  await exchange.importCases([await sandbox.amend(caseNo, change)]);
  await exchange.importDocuments(join(folder, 'scans'));
  const { status, supersededBy } = await sandbox.province.askAgain(origin, id);
  const isRight = status === 410 && (change === 'revoke' ? supersededBy === undefined : supersededBy?.version === 2);
  if (isRight) report.ended.push({ caseNo, ...(supersededBy === undefined ? {} : { version: supersededBy.version }) });
  else
    report.wrong.push({
      zh: `案件 ${caseNo}：更改后旧卷宗应不再提供（${status}）`,
      en: `case ${caseNo}: the old dossier should be gone after the change (${status})`,
    });
}

async function concludeAll(scene: Scene, planned: readonly Planned[], report: ReappraisalReport): Promise<void> {
  const { sandbox, exchange } = scene;
  for (const { caseNo, grade } of planned) {
    if (grade === undefined) continue;
    await sandbox.province.conclude(caseNo, { grade });
    report.concluded.push(caseNo);
  }
  const { findings, manifest } = await scene.night();
  const open = findings.filter(({ state }) => state === 'open');
  report.score = score(
    open.map(({ finding }) => finding),
    sandbox.truth,
  );
  for (const { rule, caseNo } of report.score.missed)
    report.wrong.push({ zh: `第二夜漏报 ${rule} ${caseNo}`, en: `the second night missed ${rule} ${caseNo}` });
  for (const { rule, caseNos } of report.score.false)
    report.wrong.push({
      zh: `第二夜误报 ${rule} ${caseNos.join('、')}`,
      en: `the second night found ${rule} ${caseNos.join(', ')} falsely`,
    });
  for (const caseNo of report.concluded) {
    const file = await exchange.caseFile(caseNo);
    const conclusions = file.cases.find((item) => item.caseNo === caseNo)?.conclusions ?? [];
    const ofCity = conclusions.filter(({ level }) => level === 'city');
    if (ofCity.length > 0 && ofCity.every(({ status }) => status === 'superseded')) report.superseded.push(caseNo);
    else
      report.wrong.push({
        zh: `案件 ${caseNo} 的市级结论未被取代`,
        en: `the city's conclusion of case ${caseNo} is not superseded`,
      });
    for (const record of open)
      if (isNew(record, caseNo, manifest.id)) report.findings.push({ rule: record.finding.rule, caseNo });
  }
}

function isNew({ finding, history }: FindingRecord, caseNo: string, run: string): boolean {
  return finding.subject.caseNos.includes(caseNo) && history.some((step) => step.run === run && step.change === 'new');
}

function countItems(checklist: readonly DossierItem[]): Record<DossierItem['status'], number> {
  const counts = { included: 0, deferred: 0, missing: 0, withheld: 0 };
  for (const { status } of checklist) counts[status]++;
  return counts;
}

/** `dossier/`: what the province has in hand, for `yilian dossier verify`. */
async function keepDossier(folder: string, { manifest, manifestBytes, documents }: PulledDossier): Promise<string> {
  const file = join(folder, 'dossier', 'dossier.zip');
  if (manifest === undefined || manifestBytes === undefined) return file;
  const held = new Map(documents.map(({ id, bytes }) => [id, bytes]));
  await mkdir(join(folder, 'dossier'), { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'dossier', 'manifest.json'), manifestBytes, { mode: 0o600 });
  const archive = packDossier(manifest, async ({ id }) => held.get(id) ?? Buffer.alloc(0));
  await writeFile(file, archive, { mode: 0o600 });
  return file;
}

/** The city's dossier service on a free port of this machine. */
async function serveDossiers(exchange: Exchange): Promise<{ origin: string; stop(): Promise<void> }> {
  const server = createServer(nodeServerOptions, toNodeListener(exchange.dossierHandler()));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
