/**
 * How fast case files are judged, against the least that could be done with them: parsing the same JSON Lines. Prints files per second, the
 * ratio of judging to parsing, and the heap after every tenth of the stream, which must not grow.
 *
 *     npm run build && node --expose-gc bench/check.mjs [FILES]
 *
 * Time is the processor time of this process, so that a busy machine does not spoil the ratio. The persons are synthetic; every tenth has died, every other was in hospital. YILIAN_RECONCILE names another build to measure.
 */
const { check } = await import(process.env.YILIAN_RECONCILE ?? '../dist/reconcile/index.js');
const files = Number(process.argv[2] ?? 10_000);
const asOf = '2026-06-30T02:00:00.000Z';
const receivedAt = '2026-06-29T18:00:00.000Z';
const day = (number) => new Date(Date.UTC(2025, 0, 1 + (number % 500))).toISOString().slice(0, 10);

function source(agency, feed, recordId) {
  return { agency, feed, recordId, receivedAt, message: { id: `m-${recordId}`, sha256: 'c'.repeat(64) } };
}

function caseFile(index) {
  const person = { idDocuments: [{ type: 'resident-id', number: '370799196001010018', validity: 'valid' }], name: '测试人' };
  const common = { person, status: 'current', link: { level: 'exact', reasons: ['number-equal'] } };
  const evidence = [
    {
      kind: 'population',
      source: source('public-security', 'population', `P${index}`),
      ...common,
      outcome: 'found',
      registration: 'active',
    },
  ];
  for (let stay = 0; stay < index % 4; stay++) {
    const from = index * 7 + stay * 60;
    evidence.push({
      kind: 'stay',
      source: source('health', 'stays', `S${index}-${stay}`),
      ...common,
      hospital: { code: `H${stay}`, name: `演示${stay}院` },
      admittedOn: day(from),
      dischargedOn: day(from + (from % 500 > 490 ? 0 : 9)),
      outcome: { code: 'home', system: 'RC028', known: true },
      diagnoses: [],
    });
    evidence.push({
      kind: 'settlement',
      source: source(stay === 0 ? 'city' : 'medical-insurance', 'settlements', `Y${index}-${stay}`),
      ...common,
      settlementNo: `Y${index}-${stay}`,
      fund: stay === 0 ? 'work-injury' : 'employee',
      setting: 'inpatient',
      hospital: { name: `演示${stay}院` },
      from: day(from),
      to: day(from + 9),
      settledOn: day(from + 10),
      total: '1000.00',
      fundPaid: '800.00',
      interim: false,
      refund: false,
      manual: false,
      diagnoses: [],
    });
  }
  if (index % 10 === 0) {
    evidence.push({
      kind: 'death',
      source: source('health', 'death-certificates', `C${index}`),
      ...common,
      basis: 'medical-certificate',
      diedOn: day(index * 3),
      eventOn: day(index * 3 + 1),
    });
    evidence.push({
      kind: 'death',
      source: source('civil-affairs', 'cremations', `F${index}`),
      ...common,
      basis: 'cremation',
      eventOn: day(index * 3 + 3),
    });
  }
  const feeds = [
    ['public-security', 'population'],
    ['health', 'stays'],
    ['health', 'death-certificates'],
    ['civil-affairs', 'cremations'],
    ['medical-insurance', 'settlements'],
  ].map(([agency, feed]) => ({ agency, feed, state: 'fresh', completeThrough: '2026-06-29', regions: ['370000'] }));
  return {
    asOf,
    subject: {
      ...person,
      key: String(index).padStart(64, '0'),
      sex: 'male',
      birthDate: '1960-01-01',
      domicile: { region: '370799' },
    },
    cases: [
      {
        caseNo: `A-${index}`,
        kind: 'first',
        regime: 'order-55',
        state: index % 3 === 0 ? 'accepted' : 'effective',
        items: [],
        receivedOn: day(index),
        documents: [],
        exams: [{ on: day(index * 5), mode: 'onsite', identityCheck: 'manual' }],
        conclusions: [],
        deliveries: [],
      },
    ],
    benefits: [
      {
        id: `B${index}`,
        kind: { code: 'DAL', system: 'city', known: true },
        from: '2025-01-01',
        status: 'active',
        payments: ['2026-03', '2026-04', '2026-05'].map((period) => ({ period, amount: '3000.00' })),
      },
    ],
    evidence,
    feeds,
  };
}

const lines = Array.from({ length: Math.min(files, 1000) }, (_, index) => JSON.stringify(caseFile(index)));
const line = (index) => lines[index % lines.length];

/** Milliseconds of processor time so far. */
function spent() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function stream(judge) {
  const heap = [];
  const step = Math.max(1, Math.floor(files / 10));
  let findings = 0;
  let pausedMs = 0;
  const began = spent();
  for (let index = 0; index < files; index++) {
    findings += judge(JSON.parse(line(index)));
    if ((index + 1) % step === 0) {
      const paused = spent();
      globalThis.gc?.();
      heap.push(Math.round((process.memoryUsage().heapUsed / 1e6) * 10) / 10);
      pausedMs += spent() - paused;
    }
  }
  return { ms: spent() - began - pausedMs, findings, heap };
}

const parse = (file) => file.cases.length * 0;
const parseAndCheck = (file) => check(file).findings.length;
for (const warm of [parse, parseAndCheck]) for (let index = 0; index < 500; index++) warm(JSON.parse(line(index)));

const rounds = Array.from({ length: 5 }, () => ({ baseline: stream(parse), judged: stream(parseAndCheck) }));
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const baselineMs = median(rounds.map((round) => round.baseline.ms));
const judgedMs = median(rounds.map((round) => round.judged.ms));
const perSecond = (ms) => Math.round((files / ms) * 1000);
console.log(`files: ${files}, findings: ${rounds[0].judged.findings}, median of ${rounds.length} interleaved rounds`);
console.log(`parsing only (baseline): ${perSecond(baselineMs)} files/s`);
console.log(`parsing and check():     ${perSecond(judgedMs)} files/s, ${(judgedMs / baselineMs).toFixed(2)} x the baseline`);
console.log(`check() alone:           ${perSecond(judgedMs - baselineMs)} files/s`);
console.log(
  `heap after each tenth of the last round, MB${globalThis.gc ? '' : ' (run with --expose-gc for settled figures)'}: ${rounds.at(-1).judged.heap.join(' ')}`,
);
