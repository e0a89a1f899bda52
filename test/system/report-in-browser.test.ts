import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/report/html.js';
import { finding, input, reported } from '../report/sample.js';

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
}, 60_000);

afterAll(() => browser?.close());

/** The page in a file, as the officer gets it. */
function written(html: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'yilian-report-')), 'report.html');
  writeFileSync(path, html);
  return pathToFileURL(path).href;
}

const longWord = 'A1'.repeat(60);
const wide = reportHtml(
  input([
    reported(finding({ explanation: { zh: `很长的说明${longWord}`, en: longWord } })),
    reported(
      finding({
        id: 'a'.repeat(32),
        severity: 'low',
        claims: [{ agency: 'health', recordId: longWord, field: 'hospital.name', value: longWord }],
      }),
    ),
  ]),
);

describe('the report in a browser', () => {
  it.each([
    [360, 'a small phone'],
    [390, 'a phone'],
    [1280, 'a desk'],
  ])(
    'fits %i pixels (%s) without scrolling sideways',
    async (width) => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });

      await page.goto(written(wide));
      const [content, window] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as [number, number];

      expect(content).toBeLessThanOrEqual(window);
      await page.close();
    },
    60_000,
  );

  it('runs nothing and asks nobody, whatever the data says', async () => {
    const payloads = [
      '<script>alert(1)</script>',
      '<img src=x onerror=alert(1)>',
      '"><svg onload=alert(1)>',
      "'><iframe src=javascript:alert(1)>",
      '</title><script>alert(1)</script>',
      '<style>@import url(http://127.0.0.1:9/x.css)</style>',
      '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">',
      '<a href="javascript:alert(1)">x</a>',
      '<form action=http://127.0.0.1:9/><input autofocus onfocus=alert(1)>',
      '{{constructor.constructor("alert(1)")()}}',
    ];
    const hostile = payloads.map((text, index) =>
      reported(
        finding({
          id: index.toString(16).repeat(32).slice(0, 32),
          title: { zh: text, en: text },
          explanation: { zh: text, en: text },
          basis: [text],
          claims: [{ agency: text, recordId: text, field: text, value: text }],
          subject: { key: text, caseNos: [text] },
        }),
        { subject: { key: text, name: text, idNumber: text, caseNos: [text] } },
      ),
    );
    const page = await browser.newPage();
    const seen: string[] = [];
    page.on('dialog', (dialog) => {
      seen.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) seen.push(request.url());
    });

    const url = written(reportHtml(input(hostile)));
    await page.goto(url);
    await page.waitForLoadState('load');

    expect(seen).toEqual([]);
    expect(page.url()).toBe(url);
    expect(await page.locator('article.finding').count()).toBe(payloads.length);
    await page.close();
  }, 60_000);

  it('opens what could not be told on a click, without any script', async () => {
    const page = await browser.newPage();

    await page.goto(written(wide));
    const persons = page.locator('details .caselist').first();
    const before = await persons.isVisible();
    await page.locator('summary').first().click();

    expect(before).toBe(false);
    expect(await persons.isVisible()).toBe(true);
    await page.close();
  }, 60_000);

  it('prints', async () => {
    const page = await browser.newPage();

    await page.goto(written(wide));
    const pdf = await page.pdf({ format: 'A4' });

    expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    await page.close();
  }, 60_000);
});
