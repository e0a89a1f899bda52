import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { redactValue } from '../redact.js';
import { reportHtml } from './html.js';
import type { ReportInput } from './input.js';
import { findingsCsv, findingsJsonLines } from './rows.js';

/** Writes `report.html`, `findings.jsonl`, `findings.csv` and `manifest.json` into a folder; each appears whole or not at all. */
export async function writeReport(input: ReportInput, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = {
    'report.html': reportHtml(input),
    'findings.jsonl': findingsJsonLines(input),
    'findings.csv': findingsCsv(input),
    'manifest.json': `${JSON.stringify(redactValue(input.manifest), undefined, 2)}\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await writeFile(`${path}.part`, text, { mode: 0o600 });
    await rename(`${path}.part`, path);
  }
}
