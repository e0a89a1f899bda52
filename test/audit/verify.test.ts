import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../src/audit/verify.js';
import type { Verifier } from '../../src/crypto/signer.js';
import type { AuditFault, AuditSeal, AuditVerification } from '../../src/model/index.js';
import { keysOf, testKey } from './logs.js';
import { chainedFrom, hashed, log, type Row, sealOf } from './small-logs.js';

/** Everything that one can do to a log of twelve records; what is to be said of it is written down here from what was done. */

const length = 12;
const places = Array.from({ length }, (_, index) => index + 1);
const sealedAt = [4, 8, 12];
const key = testKey('audit-1');
// The same few seals are verified thousands of times.
const verified = new Map<string, Promise<boolean>>();
const verifier = (id: string): Verifier | undefined => {
  const found = keysOf(key).verifier?.(id);
  return (
    found && {
      ...found,
      verify: (content, signature) => {
        const said = `${Buffer.from(content).toString('hex')} ${Buffer.from(signature).toString('hex')}`;
        const known = verified.get(said) ?? found.verify(content, signature);
        verified.set(said, known);
        return known;
      },
    }
  );
};
const whole = log(length);
const at = (seq: number): Row => whole[seq - 1] as Row;
const seals = await Promise.all(sealedAt.map((seq) => sealOf(at(seq), key)));

const verify = (rows: readonly unknown[], options: { seals?: AuditSeal[]; head?: { seq: number; hash: string } } = {}) =>
  verifyChain(rows, options.seals ?? [], verifier, options.head === undefined ? {} : { head: options.head });
const sealed = (rows: readonly unknown[]) => verify(rows, { seals });
const unsealed = (rows: readonly unknown[]) => verify(rows);
const told = ({ faults }: AuditVerification): string[] =>
  faults.map(({ kind, seq, through }) => `${kind} ${seq}${through === undefined ? '' : `-${through}`}`);
/** What the first seal at or behind a place says where everything from there on was written anew; nothing where none is behind it. */
const sealWrongFrom = (seq: number): string[] => {
  const first = sealedAt.find((each) => each >= seq);
  return first === undefined ? [] : [`seal-wrong ${first}`];
};

function without(seq: number, rows: readonly Row[] = whole): Row[] {
  return rows.filter((row) => row.seq !== seq);
}
function inserted(place: number, row: unknown): unknown[] {
  return [...whole.slice(0, place), row, ...whole.slice(place)];
}
function replaced(seq: number, row: Row): Row[] {
  return whole.map((each) => (each.seq === seq ? row : each));
}

describe('a log of twelve records', () => {
  it('that nobody touched holds, with or without seals, from beginning to end', async () => {
    expect(await sealed(whole)).toEqual({
      ok: true,
      records: 12,
      head: { seq: 12, hash: at(12).hash },
      seals: 3,
      sealedThrough: 12,
      faults: [],
    });
    expect(await unsealed(whole)).toEqual({
      ok: true,
      records: 12,
      head: { seq: 12, hash: at(12).hash },
      seals: 0,
      faults: [],
    });
    expect(await unsealed([])).toEqual({ ok: true, records: 0, seals: 0, faults: [] });
  });

  it.each(places)('tells that record %i was taken out', async (seq) => {
    const rest = without(seq);

    expect(told(await sealed(rest))).toEqual([seq === length ? 'cut-off 12' : `missing ${seq}`]);
    expect(told(await unsealed(rest))).toEqual(seq === length ? [] : [`missing ${seq}`]);
  });

  it('tells each stretch that was taken out, from where through where', async () => {
    for (const from of places)
      for (const through of places.filter((seq) => seq > from && seq < length)) {
        const rest = whole.filter(({ seq }) => seq < from || seq > through);

        expect(told(await sealed(rest))).toEqual([`missing ${from}-${through}`]);
      }
    expect(told(await sealed(whole.filter(({ seq }) => ![2, 5, 6, 10].includes(seq))))).toEqual([
      'missing 2',
      'missing 5-6',
      'missing 10',
    ]);
  });

  it.each(places)(
    'tells that the end was cut off behind record %i: by a seal, by a head kept elsewhere, and by nothing else',
    async (seq) => {
      const rest = whole.slice(0, seq - 1);
      const cut = seq === length ? 'cut-off 12' : `cut-off ${seq}-12`;

      expect(told(await sealed(rest))).toEqual([cut]);
      expect(told(await verify(rest, { head: { seq: 12, hash: at(12).hash } }))).toEqual([cut]);
      expect(told(await unsealed(rest))).toEqual([]);
    },
  );

  it.each(places)('tells that record %i was taken out and the gap closed', async (seq) => {
    const index = seq - 1;
    // The next record names the one before the gap, and has its own hash made anew.
    const one = without(seq).map((row, place) =>
      place === index ? hashed({ ...row, previous: whole[index - 1]?.hash ?? '0'.repeat(64) }) : row,
    );
    // All of them.
    const all = chainedFrom(without(seq), index);
    // All of them, and numbered as if nothing had ever been there.
    const numbered = chainedFrom(
      without(seq).map((row, place) => ({ ...row, seq: place + 1 })),
      index,
    );

    if (seq < length - 1) {
      expect(told(await unsealed(one))).toEqual([`missing ${seq}`, `changed ${seq + 1}`]);
      expect(told(await unsealed(all))).toEqual([`missing ${seq}`]);
      expect(told(await sealed(all))).toEqual([`missing ${seq}`, ...sealWrongFrom(seq + 1)]);
    } else if (seq === length - 1) {
      // Nothing follows that could say whether 11 is missing or 12 is 11 with another number.
      expect(told(await unsealed(one))).toEqual(['changed 11']);
      expect(told(await sealed(one))).toEqual(['changed 11', 'cut-off 12']);
    }
    expect(told(await unsealed(numbered))).toEqual([]);
    expect(told(await sealed(numbered))).toEqual([
      ...(seq === length ? [] : sealWrongFrom(seq)).filter((said) => said !== 'seal-wrong 12'),
      'cut-off 12',
    ]);
    expect((await verify(numbered, { head: { seq: 12, hash: at(12).hash } })).ok).toBe(false);
  });

  it.each(places)('tells a second copy of record %i wherever it is put', async (seq) => {
    for (let place = 0; place <= length; place += 1) {
      expect(told(await sealed(inserted(place, at(seq)))), `at ${place}`).toEqual([`inserted ${seq}`]);
      expect(told(await unsealed(inserted(place, at(seq)))), `at ${place}`).toEqual([`inserted ${seq}`]);
    }
  });

  it.each(places)('tells a copy of record %i written over another', async (seq) => {
    for (const other of places.filter((each) => each !== seq)) {
      const rows = replaced(other, at(seq));
      const expected = other === length ? [`inserted ${seq}`] : [`changed ${other}`];

      expect(told(await unsealed(rows)), `over ${other}`).toEqual(expected);
      expect(told(await sealed(rows)), `over ${other}`).toEqual([...expected, ...(other === length ? ['cut-off 12'] : [])]);
    }
  });

  it('tells two records that changed places, each pair of them', async () => {
    for (const a of places)
      for (const b of places.filter((each) => each > a)) {
        const rows = whole.map((row) => (row.seq === a ? at(b) : row.seq === b ? at(a) : row));
        // Of neighbours it makes no difference which of them moved.
        for (const said of [told(await sealed(rows)), told(await unsealed(rows))])
          if (b === a + 1) expect([[`moved ${a}`], [`moved ${b}`]]).toContainEqual(said);
          else expect(said).toEqual([`moved ${a}`, `moved ${b}`]);
      }
  });

  it('tells one record that was put elsewhere, from every place to every other', async () => {
    for (const seq of places)
      for (let place = 0; place < length; place += 1) {
        const rows = without(seq);
        rows.splice(place, 0, at(seq));
        if (place === seq - 1) continue;
        const said = told(await sealed(rows));
        if (Math.abs(place - (seq - 1)) === 1) expect([[`moved ${seq}`], [`moved ${place + 1}`]]).toContainEqual(said);
        else expect(said, `${seq} to ${place}`).toEqual([`moved ${seq}`]);
      }
  });

  it.each(places)('tells a forged record put in place %i', async (seq) => {
    const forged = hashed({ ...at(seq), purpose: 'forged', previous: at(seq).previous });

    // Before and behind the one whose number it bears.
    for (const place of [seq - 1, seq]) {
      expect(told(await sealed(inserted(place, forged)))).toEqual([`inserted ${seq}`]);
      expect(told(await unsealed(inserted(place, forged)))).toEqual([`inserted ${seq}`]);
    }
    const stranger = hashed({ ...forged, seq: 500, previous: 'f'.repeat(64) });
    expect(told(await sealed(inserted(seq - 1, stranger)))).toEqual(['inserted 500']);
    for (const rubbish of [undefined, null, 'rubbish', 7, [], {}, { seq: 'one' }])
      expect(told(await sealed(inserted(seq - 1, rubbish)))).toEqual([`inserted ${seq}`]);
    // Those behind numbered anew, and their hashes not.
    const pushed = inserted(seq - 1, forged).map((row, index) => (index < seq ? row : { ...(row as Row), seq: index + 1 }));
    expect(told(await unsealed(pushed))).toEqual(places.slice(seq - 1).map((each) => `changed ${each + 1}`));
  });

  const changes: Record<string, (row: Row) => Partial<Row>> = {
    kind: () => ({ kind: 'decision' }),
    actor: () => ({ actor: { organisation: '演示鉴定中心', operator: '另一人' } }),
    purpose: () => ({ purpose: 'reappraisal' }),
    result: () => ({ result: 'absent' }),
    agency: () => ({ agency: 'health' }),
    subjects: () => ({ subjects: ['0'.repeat(32)] }),
    caseNos: () => ({ caseNos: [] }),
    detail: () => ({ detail: { run: 'r-1', count: 99 } }),
    at: () => ({ at: '2026-03-01T00:00:59.000Z' }),
    'a new field': () => ({ extra: null }),
    previous: () => ({ previous: 'e'.repeat(64) }),
  };

  it.each(places.flatMap((seq) => Object.keys(changes).map((field): [number, string] => [seq, field])))(
    'tells that of record %i was changed: %s',
    async (seq, field) => {
      const changed = { ...at(seq), ...changes[field]?.(at(seq)) } as Row;
      expect(told(await sealed(replaced(seq, changed)))).toEqual([`changed ${seq}`]);
      expect(told(await unsealed(replaced(seq, changed)))).toEqual([`changed ${seq}`]);

      // With its own hash made anew.
      const [said, alone] = [await sealed(replaced(seq, hashed(changed))), await unsealed(replaced(seq, hashed(changed)))].map(
        told,
      );
      if (seq < length) expect([said, alone]).toEqual([[`changed ${seq}`], [`changed ${seq}`]]);
      else if (field === 'previous') {
        expect(said).toEqual(['changed 12']);
        // Nothing behind it says whose fault it is.
        expect([['changed 11'], ['changed 12']]).toContainEqual(alone);
      } else expect([said, alone]).toEqual([['seal-wrong 12'], []]);

      // With all hashes behind it made anew: the seals say from where on.
      if (field === 'previous') return;
      const rewritten = chainedFrom(replaced(seq, changed), seq - 1);
      expect(told(await sealed(rewritten))).toEqual(sealWrongFrom(seq));
      expect((await sealed(rewritten)).sealedThrough).toBe(sealedAt.filter((each) => each < seq).at(-1));
      expect(told(await unsealed(rewritten))).toEqual([]);
      expect(told(await verify(rewritten, { head: { seq: 12, hash: at(12).hash } }))).toEqual(['changed 12']);
    },
  );

  it.each(places)('tells that the number, the hash or everything of record %i was changed', async (seq) => {
    for (const number of [seq + 1, seq - 1, seq + 2, 99, 0, -1, 1.5, '7', undefined]) {
      const changed = { ...at(seq), seq: number } as unknown as Row;
      for (const rows of [replaced(seq, changed), replaced(seq, hashed(changed))]) {
        expect(told(await sealed(rows)), String(number)).toEqual([`changed ${seq}`]);
        expect(told(await unsealed(rows)), String(number)).toEqual([`changed ${seq}`]);
      }
    }
    for (const hash of ['a'.repeat(64), '', at(seq).hash.toUpperCase(), null] as string[])
      expect(told(await sealed(replaced(seq, { ...at(seq), hash })))).toEqual([`changed ${seq}`]);
    for (const rubbish of [undefined, {}, 'x'] as unknown as Row[])
      expect(told(await sealed(replaced(seq, rubbish)))).toEqual([`changed ${seq}`]);
    for (const field of Object.keys(at(seq)).filter((name) => !['seq', 'hash'].includes(name))) {
      const { [field]: _, ...rest } = at(seq);
      expect(told(await sealed(replaced(seq, rest as Row))), field).toEqual([`changed ${seq}`]);
    }
  });

  it('tells several changes at once, each at its place', async () => {
    const rows = whole.map((row) => ([2, 5, 9, 10].includes(row.seq) ? { ...row, purpose: 'x' } : row));
    expect(told(await sealed(rows))).toEqual(['changed 2', 'changed 5', 'changed 9', 'changed 10']);

    const mixed = whole.flatMap((row) => (row.seq === 3 ? [] : row.seq === 7 ? [{ ...row, result: 'x' }] : [row]));
    expect(told(await sealed(mixed))).toEqual(['missing 3', 'changed 7']);
  });
});

describe('seals', () => {
  it('that were changed are told, and what they sealed stays sound', async () => {
    for (const [index, seal] of seals.entries())
      for (const change of [
        { seq: 5 },
        { hash: 'a'.repeat(64) },
        { at: '2026-03-03T00:00:00.000Z' },
        { keyId: 'other' },
        { signature: 'AAAA' },
      ]) {
        const changed = { ...seal, ...change };
        const said = await verify(whole, { seals: seals.map((each, place) => (place === index ? changed : each)) });
        expect(told(said)).toEqual([`seal-wrong ${changed.seq}`]);
        expect(said.seals).toBe(2);
      }
  });

  it('of another key, of a key that is not known, and moved to another place are wrong', async () => {
    const stranger = testKey('audit-1');
    expect(told(await verify(whole, { seals: [await sealOf(at(4), stranger)] }))).toEqual(['seal-wrong 4']);
    const unknown = await verifyChain(whole, seals, () => undefined);
    expect(told(unknown)).toEqual(['seal-wrong 4', 'seal-wrong 8', 'seal-wrong 12']);
    // A checkpoint is no seal and a seal no checkpoint: the kind is signed.
    const [first] = seals as [AuditSeal];
    expect(told(await verify(whole.slice(4), { seals: [{ ...first, kind: 'checkpoint' }] }))).toEqual([
      'missing 1-4',
      'seal-wrong 4',
    ]);
  });

  it('that nobody can check are counted and say nothing', async () => {
    const said = await verifyChain(whole, seals, undefined);
    expect([said.ok, said.seals, said.sealsUnchecked, said.sealedThrough]).toEqual([true, 0, 3, undefined]);
  });

  it('of an earlier key hold while its verifier is known', async () => {
    const next = testKey('audit-2');
    const both = [...seals.slice(0, 2), await sealOf(at(12), next)];
    const said = await verifyChain(whole, both, keysOf(key, next).verifier);
    expect([said.ok, said.seals, said.sealedThrough]).toEqual([true, 3, 12]);
  });
});

describe('a log whose beginning was removed on purpose', () => {
  it('holds from its signed checkpoint on, and only from there', async () => {
    const checkpoint = await sealOf(at(8), key, 'checkpoint');
    const rest = whole.slice(8);
    const said = await verify(rest, { seals: [checkpoint, ...seals.slice(2)] });

    expect(said).toMatchObject({ ok: true, records: 4, prunedThrough: 8, sealedThrough: 12 });
    expect(told(await verify(rest))).toEqual(['missing 1-8']);
    expect(told(await verify(rest.slice(1), { seals: [checkpoint] }))).toEqual(['missing 9']);
    const changed = rest.map((row) => (row.seq === 9 ? hashed({ ...row, previous: 'b'.repeat(64) }) : row));
    expect(told(await verify(changed, { seals: [checkpoint] }))).toEqual(['changed 9']);
    expect(told(await verify([], { seals: [checkpoint], head: { seq: 12, hash: at(12).hash } }))).toEqual(['cut-off 9-12']);
  });
});

describe('a long log', () => {
  const many = 100_000;
  const rows = log(many);

  it('of 100 000 records tells a thousand single changes in it, each at its place, and no other', async () => {
    const fields = [
      'kind',
      'actor',
      'purpose',
      'result',
      'agency',
      'feed',
      'subjects',
      'caseNos',
      'detail',
      'at',
      'previous',
      'hash',
    ];
    const step = Math.floor(many / 1000);
    const changed = Array.from({ length: 1000 }, (_, index) => index * step + (index % 7) + 1);
    const spoilt = [...rows];
    for (const [index, seq] of changed.entries()) {
      const row = rows[seq - 1] as Row;
      spoilt[seq - 1] = { ...row, [fields[index % fields.length] as string]: 'changed' };
    }
    const began = performance.now();
    const { faults, records } = await verifyChain(spoilt, [], undefined);
    const rate = records / ((performance.now() - began) / 1000);

    expect(faults.map(({ kind, seq }: AuditFault) => `${kind} ${seq}`)).toEqual(changed.map((seq) => `changed ${seq}`));
    // Slow machines are slow; a verification that is not linear would be slower by far.
    expect(rate).toBeGreaterThan(10_000);
  });

  it('tells two records far apart that changed places, and the end that is missing', async () => {
    const moved = [...rows];
    [moved[2], moved[90_000]] = [rows[90_000] as Row, rows[2] as Row];
    expect(told(await verifyChain(moved, [], undefined))).toEqual(['moved 3', 'moved 90001']);
    const head = { seq: many, hash: rows.at(-1)?.hash ?? '' };
    expect(told(await verifyChain(rows.slice(0, -5), [], undefined, { head }))).toEqual(['cut-off 99996-100000']);
  });

  it('of which nothing holds is told in a thousand faults, and how many more', async () => {
    const { faults, moreFaults } = await verifyChain(
      rows.slice(0, 5000).map((row) => ({ ...row, purpose: 'x' })),
      [],
      undefined,
    );
    expect([faults.length, moreFaults]).toEqual([1000, 4000]);
  });
});
