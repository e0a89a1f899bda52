import type { AppraisalCase, Day } from '../model/index.js';
import { type Biography, beginBiography } from './biography.js';
import { monthOf, parseDay } from './calendar.js';
import { createCitizens } from './citizens.js';
import { createRandom, type Random } from './random.js';
import { type Story, stories } from './stories/index.js';
import { daysOfFiles, type World } from './world.js';

/**
 * The whole made-up city: persons on file, of whom some have a story and the others an ordinary life, and strangers, whose rows come along in
 * every table and are nobody's business. Ordinary lives contradict nothing; the test of the world proves it without this file's help.
 */
export function createWorld(options: { seed: number; start: Day; people: number; unanswered?: boolean }): World {
  const { seed, start, people, unanswered = false } = options;
  const random = createRandom(seed, 'population');
  const citizenOf = createCitizens(seed);
  const world: World = {
    seed,
    start,
    onFile: [],
    strangers: [],
    expected: [],
    ofRun: [],
    quiet: [],
    unknown: [],
    reviews: [],
    reappraisals: [],
  };

  // Stories stand anywhere in the file, so that nobody can tell them by their case number.
  const places = random.fork('places').shuffle(Array.from({ length: people }, (_, place) => place));
  const storyAt = new Map<number, Story>();
  for (const [index, story] of stories.filter((item) => unanswered || item.unanswered !== true).entries()) {
    const place = places[index];
    if (place !== undefined) storyAt.set(place, story);
  }

  for (let place = 0; place < people; place++) {
    const story = storyAt.get(place);
    const own = random.fork(story ? `story/${story.id}` : `person/${place}`);
    const citizen = citizenOf(own, story?.wish ?? (own.chance(0.03) ? { style: 'dotted' } : {}));
    const biography = beginBiography(citizen, { seed, start, serial: place + 1, random: own });
    if (story) tell(world, story, biography);
    else ordinaryLife(biography);
    runClocks(world, biography, story);
    world.onFile.push(biography.life);
  }

  for (let place = 0; place < daysWithRows * rowsOfADay + Math.max(people, 100); place++) {
    const own = random.fork(`stranger/${place}`);
    const citizen = citizenOf(own, own.chance(0.04) ? { style: 'rare' } : {});
    const biography = beginBiography(citizen, { seed, start, serial: people + place + 1, random: own });
    const day = Math.floor(place / rowsOfADay);
    if (day < daysWithRows) strangerOfADay(biography, daysOfFiles - day, place % 50 === 0);
    else strangersLife(biography);
    delete biography.life.file;
    world.strangers.push(biography.life);
  }
  for (let place = 0; place < daysWithRows * movesOfADay; place++) {
    const own = random.fork(`mover/${place}`);
    const serial = people + world.strangers.length + 1;
    const biography = beginBiography(citizenOf(own, {}), { seed, start, serial, random: own });
    const moved = daysOfFiles - Math.floor(place / movesOfADay) + 1;
    biography.move({ moved, ...(own.chance(0.1) ? { abroad: true } : {}) });
    delete biography.life.file;
    world.strangers.push(biography.life);
  }
  return world;
}

/** Writes a story's life and puts what must come of it into the truth. */
function tell(world: World, story: Story, biography: Biography): void {
  story.write(biography);
  const caseNo = biography.file.cases.at(-1)?.caseNo ?? '';
  for (const { rule, severity, from, until, afterReappraisal } of story.finds) {
    world.expected.push({
      story: story.id,
      rule,
      caseNo,
      severity,
      note: story.says,
      ...(from === undefined ? {} : { from: world.start + from }),
      ...(until === undefined ? {} : { until: world.start + until }),
      ...(afterReappraisal ? { afterReappraisal } : {}),
    });
  }
  if (story.finds.length === 0) world.quiet.push({ story: story.id, caseNo, lookAlike: story.says });
  for (const rule of story.findsOfRun ?? []) world.ofRun.push({ story: story.id, rule, note: story.says });
  for (const { agency, feed } of story.reviews ?? [])
    world.reviews.push({ story: story.id, caseNo, agency, feed, note: story.says });
  const [challenged] = biography.file.cases;
  const [conclusion] = challenged?.conclusions ?? [];
  if (story.reappraisal !== undefined && challenged !== undefined && conclusion !== undefined) {
    const { misdeeds = [], ...plan } = story.reappraisal;
    const planned = { story: story.id, caseNo: challenged.caseNo, conclusionNo: conclusion.no, note: story.says };
    world.reappraisals.push({ ...planned, ...plan, misdeeds });
  }
  for (const { rule, reason } of story.untold ?? []) world.unknown.push({ story: story.id, rule, caseNo, reason });
}

/**
 * What time alone brings: nobody works on in the made-up city, so a case that is open runs into its time, and so does a conclusion not delivered. A
 * story about these says so itself.
 */
function runClocks(world: World, biography: Biography, story: Story | undefined): void {
  if (story?.finds.some(({ rule }) => rule === 'case-overdue')) return;
  const clocks = biography.file.cases.flatMap(clockOf);
  if (clocks.length === 0) return;
  const warned = Math.min(...clocks.map(({ warnsOn }) => warnsOn));
  const late = Math.min(...clocks.map(({ lateOn }) => lateOn));
  const planted = {
    story: story?.id ?? 'ordinary',
    rule: 'case-overdue',
    caseNo: biography.file.cases.at(-1)?.caseNo ?? '',
    note: { zh: '日久未办', en: 'left lying as the days pass' },
  };
  // What is so on the first day is a story's own to say.
  if (warned > world.start) world.expected.push({ ...planted, severity: 'info', from: warned, until: late - 1 });
  if (late > world.start) world.expected.push({ ...planted, severity: 'medium', from: late });
}

/** From when a case is nearly late (80 % of its days, rounded up), and from when it is late. */
function clockOf(case_: AppraisalCase): { warnsOn: Day; lateOn: Day }[] {
  const { state, regime, conclusions, deliveries } = case_;
  const [conclusion] = conclusions;
  if (conclusion === undefined && ['submitted', 'supplement-requested', 'accepted', 'scheduled', 'examined'].includes(state)) {
    const received = parseDay(case_.receivedOn);
    return [
      case_.extendedDays === 30
        ? { warnsOn: received + 72, lateOn: received + 91 }
        : { warnsOn: received + 48, lateOn: received + 61 },
    ];
  }
  if (conclusion === undefined || state !== 'concluded' || deliveries.length > 0 || regime !== 'order-55') return [];
  return [{ warnsOn: parseDay(conclusion.on) + 12, lateOn: parseDay(conclusion.on) + 16 }];
}

/** Somebody whose papers are in order. */
function ordinaryLife(life: Biography): void {
  const { random } = life;
  const lot = random.between(1, 100);
  if (lot <= 50) ordinaryClosedCase(life);
  else if (lot <= 76) ordinaryOpenCase(life);
  else if (lot <= 82) freshConclusion(life);
  else if (lot <= 86) reviewAfterAYear(life);
  else if (lot <= 89) nonWorkCase(life);
  else if (lot <= 93) stoppedCase(life);
  else ordinaryDeath(life);
}

function ordinaryClosedCase(life: Biography): void {
  const { random } = life;
  const shift = random.between(-8, 8);
  const grade = random.pick([2, 3, 4, 5, 6, 7, 8, 8, 9, 9, 9, 10, 10, 10, 'below'] as const);
  life.closedCase({
    accident: 400 + shift,
    leaveUntil: 220 + shift,
    received: 210 + shift,
    exam: 190 + shift,
    concluded: 180 + shift,
    identityCheck: random.chance(0.7) ? 'face-match' : 'manual',
    grade,
  });
  if (typeof grade === 'number' && grade <= 4) life.allowance({});
  if (random.chance(0.3)) life.stay({ from: 250, until: 243, medType: '22' });
  laterIllness(life);
}

function ordinaryOpenCase(life: Biography): void {
  const { random } = life;
  const received = random.between(2, 40);
  const state =
    received < 5
      ? 'submitted'
      : received < 8
        ? 'supplement-requested'
        : received < 15
          ? 'accepted'
          : random.pick(['scheduled', 'examined'] as const);
  life.openCase({
    received,
    accident: received + random.between(170, 210),
    leaveUntil: received + 40,
    state,
    ...(state === 'examined' ? { exam: received - 12, identityCheck: random.chance(0.7) ? 'face-match' : 'manual' } : {}),
  });
  laterIllness(life);
}

/** Concluded in the last days: on its way to the parties, or just received. */
function freshConclusion(life: Biography): void {
  const { random } = life;
  const concluded = random.between(1, 12);
  life.closedCase({
    accident: 260,
    leaveUntil: 100,
    received: concluded + 40,
    exam: concluded + 10,
    concluded,
    state: concluded > 6 ? 'delivered' : 'concluded',
    grade: random.pick([5, 7, 9, 10] as const),
  });
}

/** A first appraisal that took effect more than a year ago, and the review (复查鉴定) asked for since. */
function reviewAfterAYear(life: Biography): void {
  const first = life.closedCase({
    accident: 700,
    leaveUntil: 520,
    received: 500,
    exam: 480,
    concluded: 470,
    grade: 6,
    injuryStay: false,
  });
  const review = life.openCase({ received: life.random.between(5, 40), injuryStay: false });
  review.kind = 'review';
  review.priorCaseNo = first.caseNo;
  if (first.recognition) review.recognition = structuredClone(first.recognition);
  if (first.leavePeriod) review.leavePeriod = { ...first.leavePeriod };
  life.record(review, { stay: life.stay({ from: 70, until: 60, medType: '22' }) });
}

/** Ill, not injured at work: for a pension of illness (病残津贴). */
function nonWorkCase(life: Biography): void {
  const case_ = life.openCase({ received: life.random.between(5, 40), injuryStay: false });
  case_.kind = 'non-work';
  case_.applicant = 'person';
  delete case_.recognition;
  delete case_.leavePeriod;
  const stay = life.stay({ from: 150, until: 139 });
  life.record(case_, { stay });
  life.settlement({ stay });
}

function stoppedCase(life: Biography): void {
  const state = life.random.pick(['rejected', 'abandoned', 'terminated', 'withdrawn'] as const);
  life.closedCase({ accident: 330, leaveUntil: 160, received: 120, state, exam: 'none', concluded: 'none' });
  laterIllness(life);
}

/** Died after the case was closed; every agency says so, each in its own time, and nothing was paid or treated afterwards. */
function ordinaryDeath(life: Biography): void {
  const { random } = life;
  const died = random.between(50, 150);
  const grade = random.pick([2, 4, 7, 9, 10] as const);
  life.closedCase({ grade });
  if (random.chance(0.5)) life.stay({ from: died + random.between(3, 12), until: died, way: '5', died });
  life.certificate({ died, ...(random.chance(0.2) ? { served: 'never' } : {}) });
  if (random.chance(0.7)) life.cremation({ cremated: died - random.between(1, 4), ...(random.chance(0.5) ? { died } : {}) });
  life.deathFlag(died - random.between(8, 28));
  if (grade <= 4) life.allowance({ last: monthOf(life.ago(died)), status: 'ended' });
}

/** An illness after the exam, paid by the medical insurance. */
function laterIllness(life: Biography): void {
  if (life.random.chance(0.4)) {
    const from = life.random.between(110, 140);
    const stay = life.stay({ from, until: from - life.random.between(3, 9) });
    life.settlement({ stay });
  }
}

/** Days on which every exchanged table has a row, as a city's has: from the first file on, through four months to come. */
const daysWithRows = daysOfFiles + 1 + 120;

/** Enough that the few rows of stories do not take a day's count out of the expected band. */
const rowsOfADay = 6;

/** As many rows of the household register a day. */
const movesOfADay = 4;

/** A stranger whose certificate and last settlement are sent on one day; now and then the certificate was somebody else's and is retracted. */
function strangerOfADay(life: Biography, sent: number, isMistaken: boolean): void {
  if (isMistaken) life.certificate({ died: sent + 5, sent, retracted: sent - 3 });
  else {
    life.certificate({ died: sent + 5, sent });
    life.deathFlag(sent - 6);
    life.cremation({ cremated: sent + 3, died: sent + 5 });
  }
  const stay = life.stay({ from: sent + 20, until: sent + 12, medType: life.random.pick(['21', '22']) });
  life.settlement({ stay, settled: sent + 1 });
}

/** Somebody the city has no file of: a stay, a death, a settlement, told by the agencies all the same. */
function strangersLife(life: Biography): void {
  const { random } = life;
  const died = random.chance(0.5) ? random.between(-25, 200) : undefined;
  if (died !== undefined) {
    life.certificate({ died, sent: died - random.between(2, 6), ...retraction(random, died) });
    if (random.chance(0.6))
      life.cremation({
        cremated: died - 2,
        ...(random.chance(0.5) ? { died } : {}),
        number: random.chance(0.1) ? 'none' : 'full',
      });
    life.deathFlag(died - 12);
  }
  if (random.chance(0.4)) {
    const from = Math.max(random.between(10, 380), (died ?? 0) + 12);
    const stay = life.stay({ from, until: from - random.between(2, 10) });
    if (random.chance(0.7)) life.settlement({ stay });
  }
}

function retraction(random: Random, died: number): { retracted?: number } {
  return random.chance(0.05) ? { retracted: died - 9 } : {};
}
