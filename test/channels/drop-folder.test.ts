import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDropFolderChannel, type DropFolderSettings } from '../../src/channels/drop-folder.js';
import { reach } from '../../src/channels/reach.js';
import { errorOf, fakeTime } from './support.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'yilian-drop-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

/** Written some time ago, so that a change within one tick of the file system's clock still shows. */
const put = (name: string, content: string | Uint8Array = name) => {
  writeFileSync(join(folder, name), content);
  utimesSync(join(folder, name), 1_790_000_000, 1_790_000_000);
};
const noneSeen = () => false;

/** Reads the folder once; `during` happens while the channel waits. */
async function read(
  settings: Partial<DropFolderSettings> = {},
  { seen = noneSeen as (sha256: string) => boolean, during = () => {}, signal = undefined as AbortSignal | undefined } = {},
) {
  const { time, environment } = fakeTime();
  const sleep = async (ms: number) => {
    await environment.sleep(ms);
    during();
  };
  const channel = createDropFolderChannel({ folder, ...settings }, { ...environment, sleep });
  const files = [];
  for await (const file of channel.files(seen, signal)) files.push(file);
  return {
    files,
    names: files.map(({ name }) => name),
    skipped: channel.skipped().map(({ name, reason }) => [name, reason]),
    slept: time.slept,
  };
}

describe('a drop folder with marker files', () => {
  it('gives a file once its marker lies beside it, under either name, and says what still waits', async () => {
    for (const name of ['a.csv', 'a.csv.ok', 'b.csv', 'b.ok', 'c.csv']) put(name);

    const { names, skipped, slept } = await read({ marker: '.ok' });

    expect(names).toEqual(['a.csv', 'b.csv']);
    expect(skipped).toEqual([['c.csv', 'no-marker']]);
    expect(slept).toEqual([]);
  });

  it('gives bytes, size, SHA-256 and the instant', async () => {
    put('a.csv', Uint8Array.of(0xd5, 0xc5));
    put('a.csv.ok', '');

    const { files } = await read({ marker: '.ok' });

    expect(files).toEqual([
      {
        name: 'a.csv',
        size: 2,
        sha256: '42483f6d47eb6d4f3602b84ee4151fc3e54c6938b2fd5d0ff3a4beac4e9f0b7b',
        receivedAt: '2026-11-23T02:00:00.000Z',
        bytes: Buffer.from([0xd5, 0xc5]),
      },
    ]);
  });

  it('never gives a marker, also where the pattern fits it', async () => {
    put('a.done');
    put('a.csv');

    expect((await read({ marker: '.done', pattern: '*' })).names).toEqual(['a.csv']);
  });

  it('takes no folder and no link for a marker', async () => {
    put('a.csv');
    mkdirSync(join(folder, 'a.csv.ok'));
    put('b.csv');
    symlinkSync('/dev/null', join(folder, 'b.csv.ok'));

    const { names, skipped } = await read({ marker: '.ok' });

    expect(names).toEqual([]);
    expect(skipped).toEqual([
      ['a.csv', 'no-marker'],
      ['b.csv', 'no-marker'],
    ]);
  });

  it('watches a file that is much newer than its marker: the marker may be from an earlier delivery', async () => {
    for (const name of ['a.csv', 'b.csv']) {
      put(`${name}.ok`);
      put(name);
      utimesSync(join(folder, `${name}.ok`), 1_700_000_000, 1_700_000_000);
    }

    const { names, skipped, slept } = await read(
      { marker: '.ok' },
      { during: () => appendFileSync(join(folder, 'b.csv'), 'more') },
    );

    expect(names).toEqual(['a.csv']);
    expect(skipped).toEqual([['b.csv', 'still-changing']]);
    expect(slept).toEqual([2000]);
  });
});

describe('a drop folder without markers', () => {
  it('gives what stands still, after one wait for all', async () => {
    for (const name of ['a.csv', 'b.csv', 'c.csv', 'd.csv']) put(name);

    const { names, skipped, slept } = await read(
      { stableMs: 500 },
      {
        during() {
          appendFileSync(join(folder, 'b.csv'), 'more');
          utimesSync(join(folder, 'c.csv'), 1, 1);
          unlinkSync(join(folder, 'd.csv'));
        },
      },
    );

    expect(names).toEqual(['a.csv']);
    expect(skipped).toEqual([
      ['b.csv', 'still-changing'],
      ['c.csv', 'still-changing'],
      ['d.csv', 'vanished'],
    ]);
    expect(slept).toEqual([500]);
  });

  it('does not wait where there is nothing to watch', async () => {
    expect(await read()).toMatchObject({ names: [], slept: [] });
  });

  it('can be stopped while it waits', async () => {
    put('a.csv');
    const stop = new AbortController();

    expect((await errorOf(read({}, { during: () => stop.abort(), signal: stop.signal }))).code).toBe('ERR_ABORTED');
  });
});

describe('a drop folder', () => {
  it('gives files in the order of their names, whatever the locale', async () => {
    for (const name of ['b.csv', '乙.csv', 'a10.csv', 'a9.csv', 'B.csv']) put(name);

    expect((await read()).names).toEqual(['B.csv', 'a10.csv', 'a9.csv', 'b.csv', '乙.csv']);
  });

  it('gives only what fits the pattern, whatever the case of its letters', async () => {
    for (const name of ['a.csv', 'B.CSV', 'c.csv.tmp', 'd.txt', 'csv']) put(name);

    expect((await read({ pattern: '*.csv' })).names).toEqual(['B.CSV', 'a.csv']);
  });

  it('gives each content once, also when it is sent again under a new name, and never what is known', async () => {
    put('a.csv', 'same');
    put('b.csv', 'same');
    put('c.csv', 'known');
    const seen: string[] = [];
    const known = '7117fff2d0fd2944';

    const { names } = await read(
      {},
      {
        seen: (sha256) => {
          seen.push(sha256);
          return sha256.startsWith(known);
        },
      },
    );

    expect(names).toEqual(['a.csv']);
    expect(seen).toHaveLength(2);
  });

  it('gives a content that says nothing once for each name, in one reading and over several', async () => {
    put('2026-03-01.csv', 'header');
    put('2026-03-02.csv', 'header');
    put('rows.csv', 'header and rows');
    put('again.csv', 'header and rows');
    const told = new Set<string>();
    const reading = async (): Promise<string[]> => {
      const names: string[] = [];
      const channel = createDropFolderChannel({ folder }, fakeTime().environment);
      const seen = (sha256: string, name = '') => told.has(`${sha256} ${name}`.trim());
      for await (const { sha256, name } of channel.files(seen, undefined, (bytes) => Buffer.from(bytes).toString() === 'header'))
        names.push(`${sha256} ${name}`);
      for (const name of names) told.add(name).add(name.split(' ')[0] ?? '');
      return names.map((name) => name.split(' ')[1] ?? '');
    };

    expect(await reading()).toEqual(['2026-03-01.csv', '2026-03-02.csv', 'again.csv']);
    put('2026-03-03.csv', 'header');
    expect(await reading()).toEqual(['2026-03-03.csv']);
    expect(await reading()).toEqual([]);
  });

  it('passes over dot files and folders, and says that it does not follow links and pipes', async () => {
    put('.hidden.csv');
    mkdirSync(join(folder, 'sub.csv'));
    writeFileSync(join(folder, 'sub.csv', 'inner.csv'), 'x');
    symlinkSync('/etc/passwd', join(folder, 'link.csv'));
    execFileSync('mkfifo', [join(folder, 'pipe.csv')]);
    put('real.csv');

    const { names, skipped } = await read({ pattern: '*.csv' });

    expect(names).toEqual(['real.csv']);
    expect(skipped).toEqual([
      ['link.csv', 'not-a-regular-file'],
      ['pipe.csv', 'not-a-regular-file'],
    ]);
  });

  it('does not follow a link put in the place of a file after it was looked at', async () => {
    put('a.csv', 'aa');
    put('b.csv', 'bb');

    const { files, skipped } = await read(
      {},
      {
        seen() {
          rmSync(join(folder, 'b.csv'));
          symlinkSync('/etc/passwd', join(folder, 'b.csv'));
          return false;
        },
      },
    );

    expect(files).toHaveLength(1);
    expect(skipped).toEqual([['b.csv', 'replaced-while-read']]);
  });

  it.each([
    [
      'replaced by another of the same size and time',
      (path: string) => {
        const { atime, mtime } = statSync(path);
        writeFileSync(`${path}.new`, 'cc');
        utimesSync(`${path}.new`, atime, mtime);
        renameSync(`${path}.new`, path);
      },
    ],
    ['written over', (path: string) => writeFileSync(path, 'cc')],
    ['grown', (path: string) => appendFileSync(path, 'c')],
    ['cut', (path: string) => writeFileSync(path, '')],
  ])('leaves a file for next time that was %s before it was read to its end', async (_how, change) => {
    put('a.csv', 'aa');
    put('b.csv', 'bb');

    const { names, skipped } = await read(
      { pattern: '*.csv' },
      {
        seen() {
          change(join(folder, 'b.csv'));
          return false;
        },
      },
    );

    expect(names).toEqual(['a.csv']);
    expect(skipped).toEqual([['b.csv', 'replaced-while-read']]);
  });

  it('leaves what is larger than the limit, and says so', async () => {
    put('a.csv', '12345');
    put('b.csv', '1234');

    const { names, skipped } = await read({ maxBytes: 4 });

    expect(names).toEqual(['b.csv']);
    expect(skipped).toEqual([['a.csv', 'too-large']]);
  });

  it('gives an empty file as it is', async () => {
    put('a.csv', '');

    expect((await read()).files).toMatchObject([{ name: 'a.csv', size: 0 }]);
  });

  it('changes nothing in the folder', async () => {
    for (const name of ['a.csv', 'a.csv.ok', 'b.csv']) put(name);
    const before = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]);

    await read({ marker: '.ok' });

    expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs])).toEqual(before);
  });

  it('shows no ID number of a file name, also where it is glued to letters or a date', async () => {
    put('370799197806150012.csv');
    put('SW37079919780615001X-a.csv');
    put('20261123370799197806150012.csv', 'x');
    put('20261123.csv', 'y');

    const { names } = await read();

    expect(names.join(' ')).not.toMatch(/\d{9}/);
    expect(names).toContain('20261123.csv');
    expect(names).toContain('SW******************-a.csv');
  });

  it('finds files whose names came in GBK', async () => {
    const name = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xcb, 0xc0, 0xcd, 0xf6]), Buffer.from('.csv')]);
    writeFileSync(name, 'x');

    expect((await read({ pattern: '死亡*.csv' })).names).toEqual(['死亡.csv']);
  });

  it.each([
    ['is missing', () => join(folder, 'nowhere'), 'does not exist'],
    [
      'is a file',
      () => {
        put('file');
        return join(folder, 'file');
      },
      'is not a folder',
    ],
  ])('that %s is ERR_UNREACHABLE and never "no files"', async (_how, place, words) => {
    const path = place();

    const error = await errorOf(read({ folder: path }));

    expect(error.code).toBe('ERR_UNREACHABLE');
    expect(error.text.en).toBe(`the drop folder ${path} ${words}`);
    expect(await reach({ folder: path })).toMatchObject({ ok: false, error: { code: 'ERR_UNREACHABLE' } });
  });

  it('is reached where it can be listed', async () => {
    expect(await reach({ folder })).toMatchObject({ ok: true });
  });

  it('may itself be a link: it is the configuration that names it', async () => {
    put('a.csv');
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    try {
      expect((await read({ folder: link })).names).toEqual(['a.csv']);
    } finally {
      unlinkSync(link);
    }
  });
});

describe('a folder with control files', () => {
  it('gives what the one beside a file says, and leaves a file without one lying', async () => {
    put('a.csv');
    put('a.csv.count', 'rows=3\n');
    put('b.csv');
    put('b.count', '4');
    put('c.csv');

    const { files, skipped } = await read({ control: '.count' });

    expect(files.map(({ name, control }) => [name, control])).toEqual([
      ['a.csv', 'rows=3\n'],
      ['b.csv', '4'],
    ]);
    expect(skipped).toEqual([['c.csv', 'no-control']]);
  });
});
