import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { appraisal, batch, death, entry, hour, wang } from '../store/examples.js';
import { run } from './run.js';

async function city(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-links-'));
  const config = join(folder, 'yilian.config.yaml');
  writeFileSync(join(folder, 'key'), 'a secret of the city, 32 bytes long');
  writeFileSync(
    config,
    `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
personKey: \${file:./key}
operator: { name: 夜间核对, id: SYSTEM }
agencies: { health: { death-certificates: { channel: { folder: ./drop }, envelope: table-exchange, mapping: death-certificate-table } } }
`,
  );
  const store = await openStore('sqlite:./state/yilian.db', { baseDir: folder });
  await store.importCases([entry(wang, { cases: [appraisal('C-1')] })], hour(0));
  const link = { level: 'probable' as const, reasons: ['number-one-digit', 'name-same'] };
  const evidence = death('R-1', hour(1), { link });
  await store.receive(batch({ evidence: [{ personKey: wang.key, evidence, tie: { identity: 'f'.repeat(32), score: 20.3 } }] }));
  await store.close();
  return config;
}

describe('links', () => {
  it('are listed, shown and answered, and the answer is shown with who, when and why', async () => {
    const config = await city();
    const asked = ['--config', config, '--lang', 'en'];

    const listed = await run('links', 'list', ...asked);
    expect(listed.stdout).toMatch(/^[0-9a-f]{12} {2}probable {2}20.3 {2}open {2}C-1 {2}health · death certificates\n$/);
    const id = listed.stdout.slice(0, 12);
    expect((await run('links', 'show', id, ...asked)).stdout).toContain('the number differs in one digit, the same name');

    const decided = await run('links', 'decide', id, '--as', 'not-same', '--by', '经办员甲', '--reason', '本人在世', ...asked);
    expect(decided.code).toBe(0);
    expect(decided.stdout).toMatch(/\[probable 20.3\] not the same · C-1/);
    expect(decided.stdout).toMatch(/not the same 经办员甲 \(本人在世\)/);
    expect((await run('links', 'list', ...asked)).stdout).toBe('no review items.\n');
    const json = JSON.parse((await run('links', 'list', '--state', 'not-same', '--json', ...asked)).stdout);
    expect(json).toMatchObject({ state: 'not-same', subject: { name: '王**', idNumber: '370799********0018' } });
  });

  it('keep no number that somebody writes into the reason', async () => {
    const config = await city();
    const id = (await run('links', 'list', '--config', config)).stdout.slice(0, 12);

    const said = ['--as', 'same', '--by', '经办员甲', '--reason', `号码应为 ${wang.idDocuments[0]?.number}`];
    const { stdout } = await run('links', 'decide', id, ...said, '--config', config, '--json');

    expect(JSON.parse(stdout).answers).toMatchObject([{ by: '经办员甲', reason: `号码应为 ${'*'.repeat(18)}` }]);
  });

  it.each([
    ['an item there is not', ['show', 'zz']],
    ['an answer there is not', ['decide', 'x', '--as', 'maybe', '--by', '甲', '--reason', '乙']],
    ['nobody', ['decide', 'x', '--as', 'same', '--reason', '乙']],
    ['no reason', ['decide', 'x', '--as', 'same', '--by', '甲', '--reason', ' ']],
  ])('of %s end with 2', async (_, argv) => {
    const { code, stderr } = await run('links', ...argv, '--config', await city(), '--lang', 'en');

    expect(code).toBe(2);
    expect(stderr).not.toBe('');
  });
});
