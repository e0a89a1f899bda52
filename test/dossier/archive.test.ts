import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { archivePath, packDossier, readDossier } from '../../src/dossier/index.js';
import type { DossierDocument, DossierManifest } from '../../src/model/index.js';
import fc from '../seeded.js';
import { bytesOf, sha256 } from './examples.js';
import { type ZipEntry, type ZipLies, zip } from './zip-writer.js';

const folder = mkdtempSync(join(tmpdir(), 'yilian-archive-'));
afterAll(() => rmSync(folder, { recursive: true }));

const document = (id: string, mediaType = 'application/pdf'): DossierDocument => ({
  id,
  title: '王测试的病历',
  sha256: sha256(id),
  size: id.length,
  mediaType,
  source: 'city/cases',
  asOf: '2026-02-20T02:00:00.000Z',
});
const manifest = {
  id: 'dossier-1',
  checklist: [
    {
      kind: 'conclusion',
      title: { zh: '', en: '' },
      status: 'included',
      documents: [document('a-1'), document('b-2', 'image/jpeg')],
    },
    { kind: 'deliveries', title: { zh: '', en: '' }, status: 'withheld', rule: 'r', because: { zh: '', en: '' } },
    {
      kind: 'exam-reports',
      title: { zh: '', en: '' },
      status: 'missing',
      reason: 'r',
      because: { zh: '', en: '' },
      documents: [document('c-3', 'x/y')],
    },
  ],
} as unknown as DossierManifest;

async function packed(): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of packDossier(manifest, async ({ id }) => bytesOf(id))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('an archive', () => {
  it('has the manifest first, then each document by id and kind of file; no name of a person', async () => {
    const read = await readDossier(await packed());

    expect(read.ok && [...read.files.keys()]).toEqual([
      'manifest.json',
      'documents/a-1.pdf',
      'documents/b-2.jpg',
      'documents/c-3.bin',
    ]);
    expect(read.ok && Buffer.from(read.files.get('documents/b-2.jpg') ?? []).toString()).toBe('b-2');
    expect(archivePath({ id: 'x', mediaType: 'constructor' })).toBe('documents/x.bin');
  });

  it('is the same bytes every time, and those of a zip that another hand wrote plainly', async () => {
    const bytes = await packed();
    const entries = [
      { name: 'manifest.json', bytes: Buffer.from(JSON.stringify(JSON.parse(manifestText()))) },
      ...['a-1.pdf', 'b-2.jpg', 'c-3.bin'].map((name) => ({ name: `documents/${name}`, bytes: bytesOf(name.slice(0, 3)) })),
    ];

    expect(bytes.equals(await packed())).toBe(true);
    expect(bytes.equals(zip(entries))).toBe(true);
  });

  it('is read from a file; what is no file, or too large, is told', async () => {
    const path = join(folder, 'dossier.zip');
    writeFileSync(path, await packed());

    expect((await readDossier(path)).ok).toBe(true);
    expect(await readDossier(path, { bytes: 100 })).toMatchObject({ ok: false, faults: [{ kind: 'too-large' }] });
    expect(await readDossier(await packed(), { bytes: 100 })).toMatchObject({ ok: false, faults: [{ kind: 'too-large' }] });
    expect(await readDossier(await packed(), { entries: 3 })).toMatchObject({ ok: false, faults: [{ kind: 'too-large' }] });
    expect(await readDossier(join(folder, 'none.zip'))).toMatchObject({ ok: false, faults: [{ kind: 'unreadable' }] });
    expect(await readDossier(folder)).toMatchObject({ ok: false, faults: [{ kind: 'unreadable' }] });
    symlinkSync(path, join(folder, 'link.zip'));
    expect((await readDossier(join(folder, 'link.zip'))).ok).toBe(true);
  });

  it('of a document that cannot be read is not written to its end', async () => {
    const pack = async () => {
      for await (const _ of packDossier(manifest, () => Promise.reject(new Error('gone'))));
    };

    await expect(pack()).rejects.toThrow('gone');
  });
});

function manifestText(): string {
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, each]) => [key, sorted(each)]),
          )
        : value;
  return JSON.stringify(sorted(manifest));
}

describe('a hostile archive', () => {
  const main: ZipEntry = { name: 'manifest.json', bytes: bytesOf('{}') };
  const entry = (more: Partial<ZipEntry> = {}): ZipEntry => ({ name: 'documents/a.pdf', bytes: bytesOf('scan'), ...more });
  const extra = Buffer.from('0100040061626364', 'hex');

  it('with nothing wrong is read: the hand that writes the hostile ones writes a right one too', async () => {
    expect(await readDossier(zip([main, entry()]))).toMatchObject({ ok: true });
  });

  it.each<[string, ZipEntry[], ZipLies, string]>([
    ['leads out of the folder', [main, entry({ name: '../../etc/passwd' })], {}, 'archive-entry-name'],
    ['leads out within its folder', [main, entry({ name: 'documents/../../x.pdf' })], {}, 'archive-entry-name'],
    ['is absolute', [main, entry({ name: '/etc/passwd' })], {}, 'archive-entry-name'],
    ['has a drive', [main, entry({ name: 'C:\\x.pdf' })], {}, 'archive-entry-name'],
    ['has backslashes', [main, entry({ name: 'documents\\x.pdf' })], {}, 'archive-entry-name'],
    ['has NUL in a name', [main, entry({ name: 'documents/a.pdf\0.exe' })], {}, 'archive-entry-name'],
    ['has a name in Chinese', [main, entry({ name: 'documents/王测试.pdf' })], {}, 'archive-entry-name'],
    ['has capitals that fold together', [main, entry({ name: 'documents/A.pdf' })], {}, 'archive-entry-name'],
    ['has a folder', [main, entry({ name: 'documents/', bytes: bytesOf('') })], {}, 'archive-entry-name'],
    ['has an empty name', [main, entry({ name: '' })], {}, 'archive-entry-name'],
    ['has another program’s file', [main, entry({ name: '__MACOSX/._a' })], {}, 'archive-entry-name'],
    ['has a name twice', [main, entry(), entry()], {}, 'archive-entry-twice'],
    ['has two manifests', [main, main], {}, 'archive-entry-twice'],
    ['is compressed', [main, entry({ method: 8 })], {}, 'archive-entry-form'],
    ['is encrypted', [main, entry({ flags: 1 })], {}, 'archive-entry-form'],
    ['has its sizes behind it', [main, entry({ flags: 8 })], {}, 'archive-entry-form'],
    ['says UTF-8', [main, entry({ flags: 0x800 })], {}, 'archive-entry-form'],
    ['is larger than it says', [main, entry({ size: 2, packed: 2 })], {}, 'archive-checksum'],
    ['is smaller than it says', [main, entry({ size: 4_000_000_000, packed: 4_000_000_000 })], {}, 'archive-cut-off'],
    ['has two sizes', [main, entry({ size: 400, packed: 4 })], {}, 'archive-entry-form'],
    ['would be ZIP64', [main, entry({ size: 0xffff_ffff, packed: 0xffff_ffff })], {}, 'archive-cut-off'],
    ['has another checksum', [main, entry({ crc: 7 })], {}, 'archive-checksum'],
    ['has extra fields', [main, entry({ localExtra: extra })], {}, 'archive-entry-form'],
    ['has a time', [main, entry({ time: 0x7a00 })], {}, 'archive-entry-form'],
    ['is a link by its rights', [main, entry({ attributes: 0o120777 << 16, madeBy: 0x314 })], {}, 'archive-malformed'],
    ['has extra fields in the directory', [main, entry({ centralExtra: extra })], {}, 'archive-malformed'],
    ['has a comment on a file', [main, entry({ comment: 'x' })], {}, 'archive-malformed'],
    ['has another name in the directory', [main, entry({ centralName: 'documents/b.pdf' })], {}, 'archive-malformed'],
    ['points to another file from the directory', [main, entry({ offset: 0 })], {}, 'archive-malformed'],
    ['lists fewer files than it holds', [main, entry()], { leaveOut: 1 }, 'archive-malformed'],
    ['lies about how many it lists', [main, entry()], { count: 1 }, 'archive-malformed'],
    ['has a comment', [main, entry()], { comment: 'PK' }, 'archive-malformed'],
    ['has bytes before it', [main, entry()], { before: bytesOf('MZ') }, 'archive-malformed'],
    ['has bytes between its files', [main, entry()], { between: bytesOf('x') }, 'archive-malformed'],
    ['has bytes after it', [main, entry()], { after: bytesOf('x') }, 'archive-malformed'],
    ['is empty', [], {}, 'archive-malformed'],
  ])('that %s is refused', async (_, entries, lies, fault) => {
    const read = await readDossier(zip(entries, lies));

    expect(read.ok ? [] : read.faults.map(({ kind }) => kind)).toEqual([fault]);
  });

  it('of any bytes never throws, and allocates nothing for sizes that lie', async () => {
    const start = zip([main, entry()]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), fc.nat(start.length), fc.boolean(), async (noise, at, joined) => {
        const bytes = joined ? Buffer.concat([start.subarray(0, at), noise, start.subarray(at + noise.length)]) : noise;
        const read = await readDossier(bytes);
        expect(read.ok).toBe(joined && start.equals(bytes));
      }),
      { numRuns: 3000 },
    );
  });
});
