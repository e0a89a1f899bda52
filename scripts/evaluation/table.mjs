/** The figures as plain tables. */
import { sharesOf } from './scoring.mjs';

export function tables(result, baseline) {
  const parts = [
    `seeds ${result.seeds}: ${result.trials} trials; in brackets the figure of bench/evaluation.json (seeds ${baseline?.seeds ?? 'none'})`,
  ];
  for (const [part, title] of [
    ['complete', 'every agency answers and every file is whole'],
    ['disturbed', 'agencies fail, files are late, missing or mistyped'],
  ]) {
    const { rules, bySeverity } = result[part];
    parts.push('', `${part}: ${title}`, '');
    parts.push(
      aligned([
        [
          'rule',
          'planted',
          'found',
          'unknown',
          'spoiled',
          'unasked',
          'clear',
          'outdated',
          'false',
          'precision',
          'recall',
          'unknown share',
        ],
        ...Object.entries(rules).map(([rule, counts]) => ruleLine(rule, counts, baseline?.[part].rules[rule])),
        ruleLine('all', total(Object.values(rules)), baseline && total(Object.values(baseline[part].rules))),
      ]),
    );
    parts.push(
      '',
      aligned([
        ['severity', 'given', 'true', 'precision', 'planted', 'as planted', 'lower', 'higher'],
        ...Object.entries(bySeverity).map(([severity, line]) => [
          severity,
          line.given,
          line.true,
          share(line.true, line.given),
          line.planted,
          line.asPlanted,
          line.lower,
          line.higher,
        ]),
      ]),
    );
  }
  const oneAgency = result.critical.filter(({ agencies }) => agencies < 2).length;
  parts.push(
    '',
    `critical findings: ${result.critical.length}, all on two or more kinds of death evidence: ${result.critical.every(({ kinds }) => kinds > 1) ? 'yes' : 'NO'}; both kinds from one agency: ${oneAgency}`,
    '',
  );
  return parts.join('\n');
}

function ruleLine(rule, counts, before) {
  const now = sharesOf(counts);
  const then = before === undefined ? {} : sharesOf(before);
  const figure = (name) =>
    `${percent(now[name])}${then[name] === undefined || then[name] === now[name] ? '' : ` [${percent(then[name])}]`}`;
  return [
    rule,
    counts.planted,
    counts.found,
    counts.unknown,
    counts.spoiled,
    counts.unasked,
    counts.clear,
    counts.outdated,
    counts.false,
    figure('precision'),
    figure('recall'),
    figure('unknown'),
  ];
}

function total(lines) {
  const sum = { planted: 0, found: 0, unknown: 0, spoiled: 0, unasked: 0, clear: 0, outdated: 0, false: 0 };
  for (const line of lines) for (const name of Object.keys(sum)) sum[name] += line[name];
  return sum;
}

const percent = (value) => (value === undefined ? '–' : `${(value * 100).toFixed(1)} %`);
const share = (part, whole) => (whole === 0 ? '–' : percent(part / whole));

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? String(cell).padEnd(widths[0]) : String(cell).padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
