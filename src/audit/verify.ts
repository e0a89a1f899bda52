import type { Verifier } from '../crypto/signer.js';
import type { AuditHead, AuditSeal, AuditVerification } from '../model/index.js';
import { beforeFirst, sealedContent } from '../store/audit-chain.js';
import { Faults } from './faults.js';
import { isThat, type Link, linkOf } from './links.js';
import { Walk } from './walk.js';

/** Verifiers by key id; undefined where the key is not known. Absent altogether: nobody can check seals, and they say nothing. */
export type SealKeys = ((keyId: string) => Verifier | undefined) | undefined;

/**
 * Holds a chain of audit records, in the order in which they lie, against itself, against its seals, and against a head that was kept elsewhere. Reads
 * the records once, as a stream; whatever is not a record is told as one that was changed or inserted.
 *
 * A chain alone shows every change by somebody who does not make all hashes behind it anew. Who does is caught by the seals from the next one on; and who
 * removes the end, with its seals, only by a head kept elsewhere.
 */
export async function verifyChain(
  records: AsyncIterable<unknown> | Iterable<unknown>,
  seals: readonly AuditSeal[],
  keys: SealKeys,
  { head, faults = new Faults() }: { head?: AuditHead; faults?: Faults } = {},
): Promise<AuditVerification> {
  const { sound, unchecked } = await checkSeals(seals, keys, faults);
  const known = new Map(sound.filter(({ kind }) => kind === 'seal').map(({ seq, hash }) => [seq, hash]));
  const checkpoint = sound.findLast(({ kind }) => kind === 'checkpoint');

  const ahead: Link[] = [];
  const at = {
    start: beforeFirst as AuditHead,
    sealed: 0,
    through: undefined as number | undefined,
    last: undefined as Link | undefined,
  };
  const wrong: number[] = [];
  let isHead = head === undefined;
  let count = 0;
  let walk: Walk | undefined;
  const placed = (link: Link): void => {
    at.last = link;
    const seal = known.get(link.seq);
    if (seal !== undefined) {
      if (isThat(link, { hash: seal })) {
        at.sealed += 1;
        at.through = link.seq;
      } else wrong.push(link.seq);
    }
    if (head?.seq === link.seq) isHead = isThat(link, head);
  };
  const begin = (first: Link | undefined): Walk => {
    // What was removed on purpose is signed for; whatever begins at 1 needs no such word.
    if (checkpoint !== undefined && first?.seq !== 1) at.start = checkpoint;
    return new Walk(at.start, known, faults, placed);
  };
  const step = (): void => {
    const [row, next, nextButOne] = ahead;
    if (row === undefined) return;
    walk ??= begin(row);
    walk.step(row, next, nextButOne);
    ahead.shift();
  };
  for await (const record of records) {
    count += 1;
    ahead.push(linkOf(record));
    if (ahead.length === 3) step();
  }
  while (ahead.length > 0) step();
  walk ??= begin(undefined);
  const end = walk.end();

  // Where a sealed record itself is told as changed, the seal has done its work.
  const rewritten = wrong.filter((seq) => !faults.isChanged(seq));
  const [from] = rewritten;
  if (from !== undefined) {
    const since = [...known.keys()].filter((seq) => seq < from && !wrong.includes(seq)).at(-1) ?? at.start.seq;
    faults.add('seal-wrong', from, {
      zh: `自第 ${from} 条处的封印起共 ${rewritten.length} 个封印与记录不符：第 ${since} 条之后的记录被重写`,
      en: `from the seal of record ${from} on ${rewritten.length} seal(s) do not fit: records behind ${since} were written anew`,
    });
  }
  const lastKnown = Math.max(head?.seq ?? 0, ...sound.map(({ seq }) => seq));
  if (lastKnown > end)
    faults.add(
      'cut-off',
      end + 1,
      {
        zh: `末尾被截去：已知曾有第 ${lastKnown} 条，现止于第 ${end} 条`,
        en: `the end is cut off: record ${lastKnown} is known to have been there, and the log ends at ${end}`,
      },
      lastKnown,
    );
  else if (!isHead && head !== undefined && head.seq > at.start.seq)
    faults.changed(head.seq, {
      zh: `第 ${head.seq} 条与另处保存的校验值不符：该条或之前的记录被重写`,
      en: `record ${head.seq} is not the one kept elsewhere: it, or records before it, were written anew`,
    });
  else if (head !== undefined && head.seq === at.start.seq && head.hash !== at.start.hash) faults.changed(head.seq);
  return {
    ok: faults.count === 0,
    records: count,
    ...(at.last === undefined ? {} : { head: { seq: at.last.seq, hash: at.last.hash } }),
    seals: at.sealed,
    ...(at.through === undefined ? {} : { sealedThrough: at.through }),
    ...(unchecked === 0 ? {} : { sealsUnchecked: unchecked }),
    ...(at.start.seq === 0 ? {} : { prunedThrough: at.start.seq }),
    ...faults.told(),
  };
}

/** Seals whose signature holds, in order; of every other one a fault. */
async function checkSeals(
  seals: readonly AuditSeal[],
  keys: SealKeys,
  faults: Faults,
): Promise<{ sound: AuditSeal[]; unchecked: number }> {
  const sound: AuditSeal[] = [];
  let unchecked = 0;
  for (const seal of seals) {
    if (keys === undefined) {
      unchecked += 1;
      // Nobody vouches for it, but a chain that begins behind its own checkpoint is read from there.
      if (seal.kind === 'checkpoint') sound.push(seal);
      continue;
    }
    const verifier = keys(seal.keyId);
    if (verifier !== undefined && (await holds(seal, verifier))) sound.push(seal);
    else
      faults.add('seal-wrong', seal.seq, {
        zh: verifier === undefined ? `第 ${seal.seq} 条处的封印用了未知的密钥` : `第 ${seal.seq} 条处的封印签名不符`,
        en:
          verifier === undefined
            ? `the seal of record ${seal.seq} is of a key that is not known`
            : `the signature of the seal of record ${seal.seq} does not hold`,
      });
  }
  return { sound: sound.sort((a, b) => a.seq - b.seq), unchecked };
}

async function holds(seal: AuditSeal, verifier: Verifier): Promise<boolean> {
  try {
    return await verifier.verify(sealedContent(seal), Buffer.from(seal.signature, 'base64'));
  } catch {
    return false;
  }
}
