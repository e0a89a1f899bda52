import { dayInterval } from '../../src/model/index.js';
import type { Life, Stay } from '../../src/sandbox/world.js';

/**
 * What a life contradicts, read from the raw world by the plainest means: whole days, no evidence, no links, no feeds. Written from the
 * cross-checks without looking at the library's rules, to hold the stories' own truth against.
 */
export function contradictionsOf(life: Life, today: number): string[] {
  const found = new Set<string>();
  const { file } = life;
  if (file === undefined) return [];
  identity(life, today, found);
  const death = deathOf(life, today, found);
  if (death) deathAgainstFile(life, today, death, found);
  stays(life, today, found);
  records(life, today, found);
  money(life, today, found);
  const bills = billsOf(life, today);
  twoBills(bills, found);
  if (death?.dated && death.level !== 'disputed') billsAgainstDeath(life, today, bills, death, found);
  benefits(life, today, found);
  appraisals(life, today, found);
  return [...found].sort();
}

const on = (date: string | undefined): number => {
  const interval = dayInterval(date);
  if (interval === undefined || interval.lo !== interval.hi) throw new Error(`not a day: ${date}`);
  return interval.lo;
};

function identity(life: Life, today: number, found: Set<string>): void {
  const subject = life.file?.subject;
  const document = subject?.idDocuments[0];
  if (subject === undefined || document?.type !== 'resident-id') return;
  const { number } = document;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(number[index]), 0);
  if ('10X98765432'[sum % 11] !== number[17]) found.add('invalid-id-number');
  if (subject.birthDate?.replaceAll('-', '') !== number.slice(6, 14)) found.add('invalid-id-number');
  if ((Number(number[16]) % 2 === 1 ? 'male' : 'female') !== subject.sex) found.add('invalid-id-number');
  if (life.register === undefined) found.add('not-in-population');
  else if (differs(subject.name, life.register.name)) found.add('name-differs');
  for (const move of life.moves) {
    if (move.sentOn <= today && !(move.restoredOn !== undefined && move.restoredOn <= today)) found.add('registration-cancelled');
  }
}

/** Certainly another name: not one character of several, not a missing glyph. */
function differs(a: string, b: string): boolean {
  const bare = (name: string) => [...name.normalize('NFKC')].filter((character) => !/[\s·•・.‧∙⋅●]/u.test(character));
  const [one, two] = [bare(a), bare(b)];
  if (one.includes('□') || one.join('') === two.join('')) return false;
  return one.length !== two.length || one.filter((character, index) => character !== two[index]).length > 1;
}

interface Piece {
  kind: string;
  lo?: number;
  hi?: number;
  event?: number;
  died?: number;
}

interface Death {
  level: 'reported' | 'corroborated' | 'conflicting' | 'disputed';
  pieces: Piece[];
  dated: boolean;
  earliest: number;
  latest: number;
}

function deathOf(life: Life, today: number, found: Set<string>): Death | undefined {
  const pieces: Piece[] = [];
  for (const certificate of life.certificates) {
    const sent = certificate.sentOn !== undefined && certificate.sentOn <= today;
    const served = certificate.servedFrom !== undefined && certificate.servedFrom <= today;
    if (!sent && !served) continue;
    const died =
      certificate.update !== undefined && certificate.update.sentOn <= today ? certificate.update.diedOn : certificate.diedOn;
    if (certificate.retractedOn !== undefined && certificate.retractedOn <= today) {
      const again = life.certificates.some(
        (other) => other !== certificate && other.retractedOn === undefined && other.diedOn === certificate.diedOn,
      );
      if (!again) found.add('death-retracted');
      continue;
    }
    pieces.push({ kind: 'medical-certificate', lo: died, hi: died, died });
  }
  for (const cremation of life.cremations) {
    if (cremation.registeredOn > today || cremation.number === 'none') continue;
    const { crematedOn, diedOn } = cremation;
    pieces.push(
      diedOn === undefined
        ? { kind: 'cremation', lo: crematedOn - 15, hi: crematedOn, event: crematedOn }
        : { kind: 'cremation', lo: diedOn, hi: diedOn, event: crematedOn, died: diedOn },
    );
    if (diedOn !== undefined && crematedOn < diedOn) found.add('impossible-death-sequence');
  }
  if (life.register?.deadSince !== undefined && life.register.deadSince <= today) pieces.push({ kind: 'household-cancellation' });
  for (const stay of life.stays) {
    if (stay.way !== '5' || stay.dischargedOn === undefined || stay.dischargedOn > today) continue;
    const died = stay.diedOn ?? stay.dischargedOn;
    pieces.push({ kind: 'hospital-discharge', lo: died, hi: died, event: stay.dischargedOn, died });
  }
  if (pieces.length === 0) return undefined;

  const dated = pieces.filter((piece) => piece.lo !== undefined) as (Piece & { lo: number; hi: number })[];
  const agree = dated.every((a) => dated.every((b) => Math.max(a.lo, b.lo) - Math.min(a.hi, b.hi) <= 1));
  const ends = { greatestStart: Math.max(...dated.map((p) => p.lo)), smallestEnd: Math.min(...dated.map((p) => p.hi)) };
  const [earliest, latest] = agree
    ? [Math.min(ends.greatestStart, ends.smallestEnd), Math.max(ends.greatestStart, ends.smallestEnd)]
    : [Math.min(...dated.map((p) => p.lo)), Math.max(...dated.map((p) => p.hi))];
  const kinds = new Set(pieces.map((piece) => piece.kind));
  let level: Death['level'] = kinds.size === 1 && agree ? 'reported' : agree ? 'corroborated' : 'conflicting';
  const signsOfLife = (life.file?.cases ?? []).flatMap((case_) =>
    case_.exams.filter((exam) => exam.identityCheck === 'face-match'),
  );
  if (dated.length > 0 && signsOfLife.some((exam) => on(exam.on) > latest + 1)) level = 'disputed';
  return { level, pieces, dated: dated.length > 0, earliest, latest };
}

function deathAgainstFile(life: Life, today: number, death: Death, found: Set<string>): void {
  const cases = life.file?.cases ?? [];
  const { earliest, latest } = death;
  for (const { died } of death.pieces) {
    if (died === undefined) continue;
    if (died > today) found.add('impossible-death-sequence');
    for (const { recognition } of cases)
      if (recognition && recognition.injuryDegree?.code !== 'died' && died < on(recognition.accidentOn))
        found.add('impossible-death-sequence');
  }
  if (death.level === 'disputed') {
    found.add('alive-after-death');
    return;
  }
  const open = ['submitted', 'supplement-requested', 'accepted', 'scheduled', 'examined'];
  if (cases.some((case_) => open.includes(case_.state))) found.add('case-open-after-death');
  if (death.level === 'conflicting') found.add('death-dates-conflict');
  const events = death.pieces.flatMap((piece) => piece.event ?? []);
  if (death.level === 'reported' && events.length > 0 && today - Math.min(...events) > 30) found.add('death-single-source');
  if (death.pieces.every(({ kind }) => kind === 'hospital-discharge') && events.some((event) => today - event > 45))
    found.add('hospital-death-unconfirmed');
  if (!death.dated) return;

  for (const { exams, leavePeriod, recognition } of cases) {
    if (exams.some((exam) => exam.identityCheck !== 'face-match' && on(exam.on) > latest)) found.add('exam-after-death');
    for (let day = earliest; day <= latest; day++) {
      if (leavePeriod && Math.abs(day - on(leavePeriod.until)) <= 7) found.add('death-date-decides-benefit');
      if (recognition && [2, 3].includes(day - on(recognition.accidentOn))) found.add('death-date-decides-benefit');
    }
  }
  for (const stay of visible(life, today)) {
    if (stay.admittedOn > latest + 1) found.add('admitted-after-death');
    if (stay.admittedOn <= earliest && stay.dischargedOn !== undefined && stay.dischargedOn > latest + 1 && stay.way !== '5')
      found.add('stay-spans-death');
  }
  const month = new Date(latest * 86_400_000).toISOString().slice(0, 7);
  for (const { payments } of life.file?.benefits ?? [])
    if (payments.some((payment) => !payment.reversed && payment.period > month)) found.add('paid-after-death');
}

/** Stays told by anybody, those still open cut off. */
function visible(life: Life, today: number): Stay[] {
  return life.stays.filter((stay) => (stay.health || stay.insurance) && stay.admittedOn <= today);
}

function stays(life: Life, today: number, found: Set<string>): void {
  const all = visible(life, today);
  const end = (stay: Stay) => Math.min(stay.dischargedOn ?? today, today);
  for (const [index, a] of all.entries()) {
    for (const b of all.slice(index + 1)) {
      const shared = Math.min(end(a), end(b)) - Math.max(a.admittedOn, b.admittedOn) + 1;
      const first = a.admittedOn <= b.admittedOn ? a : b;
      const transfer = shared === 1 && first.way === '2' && (first === a ? b : a).admittedOn === first.dischargedOn;
      if (shared >= 1 && !transfer) found.add('stays-overlap');
    }
    for (const { exams } of life.file?.cases ?? [])
      if (
        exams.some((exam) => exam.mode === 'onsite' && on(exam.on) > a.admittedOn && on(exam.on) < (a.dischargedOn ?? today + 1))
      )
        found.add('exam-during-stay');
  }
}

function records(life: Life, today: number, found: Set<string>): void {
  for (const case_ of life.file?.cases ?? []) {
    for (const record of case_.documents) {
      if (record.kind !== 'medical-record') continue;
      const [from, until] = [on(record.admittedOn), on(record.dischargedOn)];
      const far = !record.hospitalRegion?.startsWith('3707');
      const told = visible(life, today).some(
        (stay) =>
          stay.hospital.name === record.hospital &&
          Math.abs(stay.admittedOn - from) <= 1 &&
          Math.abs((stay.dischargedOn ?? until) - until) <= 1,
      );
      if (!told && !far) found.add('record-without-stay');
      const { recognition } = case_;
      if (recognition && recognition.occupationalDisease !== true && until < on(recognition.accidentOn))
        found.add('stay-before-accident');
    }
  }
}

function money(life: Life, today: number, found: Set<string>): void {
  const medical = life.settlements.filter(
    (settlement) => settlement.sentOn <= today && (settlement.deletedOn === undefined || settlement.deletedOn > today),
  );
  for (const paid of medical) {
    if (paid.reversalOf !== undefined) continue;
    const net = medical
      .filter(({ reversalOf }) => reversalOf === paid.settlementNo)
      .reduce((sum, reversal) => sum + reversal.fundPaid, paid.fundPaid);
    if (net <= 0) continue;
    for (const injury of life.file?.settlements ?? []) {
      const [from, until] = [on(injury.from), on(injury.to)];
      const sharesDays =
        injury.hospital?.name === paid.stay.hospital.name &&
        paid.stay.admittedOn <= until &&
        (paid.stay.dischargedOn ?? today) >= from;
      if (sharesDays || injury.invoiceNo === paid.invoiceNo) found.add('paid-twice');
    }
  }
}

/** A settlement by any fund, as the city or the insurance tells of it. */
interface Bill {
  fund: string;
  inpatient: boolean;
  /** 就诊ID, at the insurance alone. */
  visit?: string;
  hospital: string;
  from: number;
  to: number;
  settled: number;
  /** Fen, after reversals. */
  left: number;
  isUndone: boolean;
  interim: boolean;
  invoice: string;
}

function billsOf(life: Life, today: number): Bill[] {
  const rows = life.settlements.filter(
    ({ sentOn, deletedOn }) => sentOn <= today && !(deletedOn !== undefined && deletedOn <= today),
  );
  const bills: Bill[] = [];
  for (const row of rows) {
    if (row.reversalOf !== undefined) continue;
    const undone = rows.filter(({ reversalOf }) => reversalOf === row.settlementNo);
    const left = row.fundPaid - undone.reduce((sum, { fundPaid }) => sum + Math.abs(fundPaid), 0);
    bills.push({
      fund: row.fund,
      inpatient: row.setting === undefined,
      visit: row.stay.insuranceVisitNo,
      hospital: row.stay.hospital.name,
      from: row.stay.admittedOn + row.stay.insuranceShift,
      to: row.interim ? row.settledOn : (row.stay.dischargedOn ?? row.stay.admittedOn),
      settled: row.settledOn,
      left,
      isUndone: undone.length > 0 && left <= 0,
      interim: row.interim,
      invoice: row.invoiceNo,
    });
  }
  for (const row of life.file?.settlements ?? [])
    bills.push({
      fund: row.fund,
      inpatient: row.setting === 'inpatient',
      hospital: row.hospital?.name ?? '',
      from: on(row.from),
      to: on(row.to),
      settled: on(row.settledOn),
      left: Math.round(Number(row.fundPaid) * 100),
      isUndone: false,
      interim: row.interim,
      invoice: row.invoiceNo ?? '',
    });
  return bills;
}

function twoBills(bills: Bill[], found: Set<string>): void {
  const paid = bills.filter((bill) => bill.left > 0 && !bill.interim);
  for (const a of paid)
    for (const b of paid) {
      if (a === b || a.fund !== b.fund) continue;
      const sameVisit = a.visit !== undefined && a.visit === b.visit;
      const sameDays = Math.abs(a.from - b.from) <= 1 && Math.abs(a.to - b.to) <= 1;
      const sameStay = a.inpatient && b.inpatient && a.hospital === b.hospital && sameDays;
      if (sameVisit || sameStay || (a.invoice !== '' && a.invoice === b.invoice)) found.add('settled-twice');
    }
}

/** Whatever day of the span the person died on, each rule must come out the same to be found. */
function billsAgainstDeath(life: Life, today: number, bills: Bill[], death: Death, found: Set<string>): void {
  const days = Array.from({ length: death.latest - death.earliest + 1 }, (_, index) => death.earliest + index);
  for (const bill of bills) {
    if (bill.isUndone) continue;
    const told = visible(life, today).some(
      (stay) =>
        stay.hospital.name === bill.hospital &&
        stay.admittedOn <= bill.to &&
        Math.min(stay.dischargedOn ?? today, today) >= bill.from,
    );
    if (days.every((died) => bill.from > died + 1) && !(bill.inpatient && told)) found.add('service-after-death');
    if (days.every((died) => bill.settled > died && bill.from <= died + 1)) found.add('settled-after-death');
  }
}

function benefits(life: Life, today: number, found: Set<string>): void {
  const plain = (no: string) =>
    no
      .normalize('NFKC')
      .replace(/[〔（(]/g, '[')
      .replace(/[〕）)]/g, ']')
      .replaceAll(' ', '');
  const conclusions = (life.file?.cases ?? []).flatMap((case_) => case_.conclusions);
  for (const { status, basisConclusionNo } of life.file?.benefits ?? []) {
    if (status !== 'active') continue;
    const named = conclusions.filter(({ no }) => plain(no) === plain(basisConclusionNo ?? ''));
    const isGone = named.some(
      (conclusion) =>
        ['superseded', 'corrected', 'revoked'].includes(conclusion.status) ||
        // The conclusion of the province is final and takes the place of the city's.
        life.reappraisals.some(
          (again) => again.conclusionNo === conclusion.no && again.conclusion !== undefined && on(again.conclusion.on) <= today,
        ),
    );
    if (basisConclusionNo === undefined || isGone) found.add('benefit-without-conclusion');
  }
}

/** Cases against the calendar, against each other and against the province. */
function appraisals(life: Life, today: number, found: Set<string>): void {
  const cases = life.file?.cases ?? [];
  const open = ['submitted', 'supplement-requested', 'accepted', 'scheduled', 'examined'];
  const atProvince = (life.provincial ?? cases.map((item) => ({ case: item, takenOn: undefined }))).flatMap((told) =>
    told.case.conclusions
      .filter((conclusion) => (told.takenOn ?? on(conclusion.on) + 1) <= today)
      .map((conclusion) => ({ ...told.case, conclusion })),
  );
  for (const item of cases) {
    const { conclusions, deliveries, recognition, receivedOn, acceptedOn } = item;
    const delivered = deliveries.flatMap(({ sentOn, receivedOn: got }) => [sentOn, got]).filter((date) => date !== undefined);

    if (open.includes(item.state) && conclusions.length === 0) {
      const days = 60 + Math.min(30, item.extendedDays ?? 0) + (item.rescheduledDays ?? 0);
      if ((today - on(receivedOn)) / days >= 0.8) found.add('case-overdue');
    }
    const last = conclusions.at(-1);
    if (item.state === 'concluded' && last !== undefined) {
      const days = item.regime === 'order-21' ? 20 : 15;
      const without = (['person', 'employer'] as const).filter((party) => !deliveries.some(({ to }) => to === party));
      if (without.length > 0 && (today - on(last.on)) / days >= 0.8) found.add('case-overdue');
    }

    const order = [[recognition?.accidentOn], [recognition?.decidedOn], conclusions.map((made) => made.on), delivered].map(
      (dates) => dates.filter((date) => date !== undefined).map(on),
    );
    for (const [index, earlier] of order.entries())
      for (const later of order.slice(index + 1))
        if (earlier.length > 0 && later.some((day) => day < Math.min(...earlier))) found.add('impossible-case-sequence');
    if (acceptedOn !== undefined && on(acceptedOn) < on(receivedOn)) found.add('impossible-case-sequence');

    const prior = cases.find(({ caseNo }) => caseNo === item.priorCaseNo);
    const challenged = prior?.conclusions.find(({ status }) => status !== 'revoked');
    if (prior !== undefined && challenged !== undefined && item.kind === 'reappraisal') {
      const receipts = prior.deliveries.filter(({ to }) => to === item.applicant).map(({ receivedOn: got }) => on(got));
      if (receipts.length > 0 && on(receivedOn) - Math.max(...receipts) > 15) found.add('challenge-out-of-time');
    }
    if (challenged !== undefined && item.kind === 'review') {
      // As texts: the date a year on, where the 29th of February is the 28th.
      const anniversary = `${Number(challenged.on.slice(0, 4)) + 1}${challenged.on.slice(4).replace('-02-29', '-02-28')}`;
      if (receivedOn < anniversary) found.add('challenge-out-of-time');
    }

    const plainNo = (no: string | undefined) => (no ?? '').replace(/[^0-9\p{Script=Han}]/gu, '');
    if (item.kind === 'first' && recognition !== undefined) {
      const others = [
        ...cases.flatMap((other) => other.conclusions.map((conclusion) => ({ ...other, conclusion }))),
        ...atProvince,
      ];
      const twice = others.some(
        (other) =>
          other.caseNo !== item.caseNo &&
          other.kind === 'first' &&
          other.conclusion.status !== 'revoked' &&
          plainNo(other.recognition?.no) === plainNo(recognition.no),
      );
      if (twice) found.add('first-appraisal-repeated');
    }

    const isPending =
      item.state === 'challenged' ||
      cases.some((other) => other.kind === 'reappraisal' && other.priorCaseNo === item.caseNo && open.includes(other.state));
    if (isPending || last === undefined) continue;
    const told = atProvince.find(({ caseNo }) => caseNo === item.caseNo);
    if (told === undefined) {
      const days = today - on(last.on);
      // Where holidays would decide, the plain reading has none: no story may stand there.
      if (days > 3 && days < 21) throw new Error('too close to tell without a calendar');
      if (days >= 21 && last.status !== 'revoked') found.add('province-differs');
      continue;
    }
    const isRevoked = [last.status, told.conclusion.status].map((status) => status === 'revoked');
    if (isRevoked[0] !== isRevoked[1]) found.add('province-differs');
    if (isRevoked.includes(true)) continue;
    const differs =
      last.grade !== told.conclusion.grade ||
      last.care !== told.conclusion.care ||
      plainNo(last.no) !== plainNo(told.conclusion.no);
    if (differs) found.add('province-differs');
  }
}
