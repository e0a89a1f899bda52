import { createHash, randomUUID } from 'node:crypto';
import { YilianError } from '../../errors.js';
import {
  type AppraisalCase,
  type AppraisalHistory,
  type Conclusion,
  type Day,
  type DossierItemKind,
  type DossierManifest,
  type DossierRequest,
  formatDay,
  type Json,
} from '../../model/index.js';
import { digitsOf } from '../random.js';
import { provincialConclusion } from '../stories/reappraisals.js';
import type { Life, Reappraisal, World } from '../world.js';
import { type Ask, createCaller, type Reply } from './caller.js';
import { documentsIn, faultsOfDossier, type Wanted } from './examine.js';
import { type Keys, misbehave } from './forge.js';
import type { Misdeed } from './misdeeds.js';

/**
 * The province's side of a re-appraisal (再次鉴定), to be told what to do: it opens one, pulls the dossier from a city's service and looks it
 * through by its own code, concludes; and it does wrong things that a city must refuse. A target is a story's id or the number of a case on file.
 */
export interface SimulatedProvince {
  /** Opens a re-appraisal of the target's first case that was concluded; its feed tells of it from today on. Throws ERR_USAGE where there is none. */
  openReappraisal(target: string): Promise<Reappraisal>;
  /** Pulls the dossier and all its documents, verifies everything, and says that it has it. A `202` is waited for. */
  pullDossier(origin: string, target: string, options?: PullOptions): Promise<PulledDossier>;
  /** Asks once for a manifest by its id, as a partner that has an old one would. */
  askAgain(origin: string, id: string): Promise<Refusal>;
  /** The city's own history of the person. */
  history(origin: string, target: string): Promise<{ status: number; fault?: string; history?: AppraisalHistory }>;
  /** Concludes today what was opened. Throws ERR_USAGE where nothing was, or it has been concluded. */
  conclude(target: string, plan: { grade: Conclusion['grade'] }): Promise<Reappraisal>;
  /** Does something wrong and gives what the city said to it. `replay` needs a dossier to have been pulled. */
  misbehave(origin: string, target: string, misdeed: Misdeed): Promise<Refusal>;
}

export interface PullOptions {
  items?: DossierItemKind[];
  /** Longest wait for a deferred item, in milliseconds, over all; default 60 000. */
  patienceMs?: number;
}

/** A dossier as the province has it. */
export interface PulledDossier {
  status: number;
  /** Of a problem document, where the city said no. */
  problem?: string;
  manifest?: DossierManifest;
  /** As received, to be kept beside the documents. */
  manifestBytes?: Buffer;
  documents: { id: string; mediaType: string; bytes: Buffer }[];
  /** Answers of the city whose signatures are right. */
  answers: number;
  /** What of seal, hashes, subject and answers is wrong; nothing where all of it is right. */
  faults: string[];
}

/** What the city said to something that it must not give. */
export interface Refusal {
  status: number;
  /** Of a problem document. */
  problem?: string;
  /** Something was handed out that must not be. */
  given: boolean;
  /** Why the city's own answer is not believed; absent: it is. */
  fault?: string;
  /** Of a dossier that is gone: what took its place. */
  supersededBy?: { id: string; version: number };
}

export function createProvince(setting: {
  world: World;
  today: () => Day;
  clock: () => Date;
  keys: Keys;
  /** The province did something that the truth has to tell. */
  changed: () => Promise<void>;
}): SimulatedProvince {
  const { world, today, clock, keys } = setting;
  const caller = createCaller({ key: keys.province, city: keys.city, clock });
  let sent: ReturnType<typeof caller.prepare> | undefined;

  const openedOf = (target: string): { life: Life; reappraisal: Reappraisal } => {
    const { life, case_ } = find(world, target);
    const reappraisal = life.reappraisals.find(({ caseNo }) => caseNo === case_.caseNo);
    if (reappraisal === undefined) throw usage(`尚未受理再次鉴定：${target}`, `no re-appraisal was opened: ${target}`);
    return { life, reappraisal };
  };
  const wantedOf = (target: string): Wanted => {
    const { life, reappraisal } = openedOf(target);
    return { ...reappraisal, name: life.citizen.name, number: life.citizen.number };
  };

  return {
    async openReappraisal(target) {
      const { life, case_ } = find(world, target);
      const [conclusion] = case_.conclusions;
      if (conclusion === undefined) throw usage(`没有结论：${target}`, `nothing was concluded: ${target}`);
      if (life.reappraisals.some(({ caseNo }) => caseNo === case_.caseNo))
        throw usage(`再次鉴定已受理：${target}`, `a re-appraisal was opened before: ${target}`);
      const reappraisal: Reappraisal = {
        provincialNo: digitsOf(16, 'reappraisal', case_.caseNo),
        caseNo: case_.caseNo,
        conclusionNo: conclusion.no,
        openedOn: today(),
      };
      life.reappraisals.push(reappraisal);
      await setting.changed();
      return { ...reappraisal };
    },

    async pullDossier(origin, target, { items, patienceMs = 60_000 } = {}) {
      const wanted = wantedOf(target);
      const faults: string[] = [];
      let answers = 0;
      const note = (what: Ask, { fault }: Reply): void => {
        if (fault === undefined) answers++;
        else faults.push(`${what.method} ${what.path}: ${fault}`);
      };
      const body = requestOf(wanted, items);
      const question: Ask = { method: 'POST', path: '/v1/dossiers', body, idempotencyKey: randomUUID() };
      let reply: Reply;
      for (let waited = 0; ; ) {
        // The same key and body, but a signature of its own: what was sent once is never sent again.
        const message = caller.prepare(origin, question);
        sent = message;
        reply = await caller.send(message);
        note(question, reply);
        const wait = Math.min(Number(reply.headers.get('retry-after') ?? '1') * 1000, patienceMs - waited);
        if (reply.status !== 202 || !(wait > 0)) break;
        await new Promise((resolve) => setTimeout(resolve, wait));
        waited += wait;
      }
      const { status, problem } = reply;
      if (status !== 201) return { status, ...(problem === undefined ? {} : { problem }), documents: [], answers, faults };

      const manifest = JSON.parse(reply.body.toString('utf8')) as DossierManifest;
      const documents: PulledDossier['documents'] = [];
      for (const { id, mediaType } of documentsIn(manifest)) {
        const path = `/v1/dossiers/${encodeURIComponent(manifest.id)}/documents/${encodeURIComponent(id)}`;
        const file = await caller.ask(origin, { method: 'GET', path });
        note({ method: 'GET', path }, file);
        if (file.status === 200) documents.push({ id, mediaType, bytes: file.body });
      }
      const held = new Map(documents.map(({ id, bytes }) => [id, bytes]));
      faults.push(...faultsOfDossier(reply.body, held, { key: keys.city, wanted }));
      const signed: Ask = {
        method: 'POST',
        path: `/v1/dossiers/${encodeURIComponent(manifest.id)}/receipt`,
        body: { manifestSha256: createHash('sha256').update(reply.body).digest('hex') },
      };
      const receipt = await caller.ask(origin, signed);
      note(signed, receipt);
      if (receipt.status !== 204) faults.push(`the receipt was answered ${receipt.status}`);
      return { status, manifest, manifestBytes: reply.body, documents, answers, faults };
    },

    async askAgain(origin, id) {
      return refusalOf(await caller.ask(origin, { method: 'GET', path: `/v1/dossiers/${encodeURIComponent(id)}` }));
    },

    async history(origin, target) {
      const { citizen } = find(world, target).life;
      const query = new URLSearchParams({ idNumber: citizen.number, name: citizen.name });
      const { status, fault, body } = await caller.ask(origin, { method: 'GET', path: `/v1/appraisals?${query}` });
      const history = status === 200 ? (JSON.parse(body.toString('utf8')) as AppraisalHistory) : undefined;
      return { status, ...(fault === undefined ? {} : { fault }), ...(history === undefined ? {} : { history }) };
    },

    async conclude(target, { grade }) {
      const { life, reappraisal } = openedOf(target);
      if (reappraisal.conclusion !== undefined) throw usage(`已作出再次鉴定结论：${target}`, `concluded before: ${target}`);
      const case_ = life.file?.cases.find(({ caseNo }) => caseNo === reappraisal.caseNo);
      if (case_ === undefined) throw usage(`没有案件：${target}`, `no case: ${target}`);
      reappraisal.conclusion = provincialConclusion(case_, formatDay(today()), grade);
      await setting.changed();
      return { ...reappraisal };
    },

    async misbehave(origin, target, misdeed) {
      const wanted = wantedOf(target);
      const other = world.onFile.find(({ citizen }) => citizen.number !== wanted.number && citizen.idType === 'resident-id');
      const message = misbehave(misdeed, {
        origin,
        caller,
        keys,
        other: { name: other?.citizen.name ?? '', number: other?.citizen.number ?? '' },
        request: (change) => requestOf({ ...wanted, ...change }),
        ...(sent === undefined ? {} : { sent }),
      });
      return refusalOf(await caller.send(message), misdeed);
    },
  };
}

/** The person of a story or a case number, and the first of their cases that was concluded. */
export function find(world: World, target: string): { life: Life; case_: AppraisalCase } {
  const caseNo =
    [...world.reappraisals, ...world.expected, ...world.quiet].find(({ story }) => story === target)?.caseNo ?? target;
  const life = world.onFile.find(({ file }) => file?.cases.some((case_) => case_.caseNo === caseNo));
  const case_ = life?.file?.cases.find(({ conclusions }) => conclusions.length > 0) ?? life?.file?.cases[0];
  if (life === undefined || case_ === undefined)
    throw usage(`沙箱中没有此人：${target}`, `the sandbox has no such person: ${target}`);
  return { life, case_ };
}

function requestOf({ provincialNo, conclusionNo, name, number }: Wanted, items?: DossierItemKind[]): Json {
  const request: DossierRequest = {
    purpose: 'reappraisal',
    provincialNo,
    conclusionNo,
    subject: { name, idNumber: number },
    requestedBy: { organisation: '演示省劳动能力鉴定委员会', operator: { name: '省级经办员戊', id: 'P-0005' } },
    ...(items === undefined ? {} : { items }),
  };
  return request as unknown as Json;
}

function refusalOf(reply: Reply, misdeed?: Misdeed): Refusal {
  const { status, problem, fault, body } = reply;
  const told =
    status < 300 || problem !== undefined
      ? (JSON.parse(body.toString('utf8') || 'null') as Partial<DossierManifest> | null)
      : null;
  // Beyond what it may have the province is not refused: the manifest tells it that the item is withheld.
  const withheld =
    misdeed === 'out-of-scope-item' &&
    told?.checklist?.every((item) => item.status === 'withheld' || item.kind !== 'open-findings') === true;
  const { supersededBy } = (told ?? {}) as { supersededBy?: Refusal['supersededBy'] };
  return {
    status,
    ...(problem === undefined ? {} : { problem }),
    given: status < 300 && !withheld,
    ...(fault === undefined ? {} : { fault }),
    ...(supersededBy === undefined ? {} : { supersededBy }),
  };
}

function usage(zh: string, en: string): YilianError {
  return new YilianError('ERR_USAGE', { zh, en });
}
