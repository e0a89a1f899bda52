/**
 * `docs/rules.md` as text: every rule with its examples, and every reason a rule gives for not telling. Pure: it is handed what
 * `yilian/reconcile` exports, so that the script that writes the page and the test that holds it to the code make the same one.
 */
export function rulesPage({ rules, unknownReasons, notApplicableReasons, plainReasons }) {
  const persons = rules.filter((rule) => rule.scope === 'person');
  const runs = rules.filter((rule) => rule.scope === 'run');
  return `${[
    '# The rules',
    '',
    'Made by `node scripts/rules-docs.mjs` from the files of `src/reconcile/rules/`; the examples are run as tests. Not edited by hand.',
    '',
    'A finding is a lead for a person to verify. No rule stops, pays or decides anything.',
    '',
    ...preamble(unknownReasons, notApplicableReasons, plainReasons),
    '## Rules about a person',
    '',
    ...table(['rule', 'finds', '发现', 'severity', 'feeds'], persons.map(summary)),
    '',
    '## Rules about a run',
    '',
    ...table(['rule', 'finds', '发现', 'severity', 'feeds'], runs.map(summary)),
    '',
    ...[...persons, ...runs].flatMap(chapter),
  ].join('\n')}\n`;
}

function preamble(unknown, notApplicable, plain) {
  return [
    '## What a rule says',
    '',
    'The first that holds, from top to bottom:',
    '',
    ...table(
      ['outcome', 'when', 'reason'],
      [
        ['`not-applicable`', "the city's own file has nothing for it to look at", 'one of the second list below'],
        ['`unknown`', 'the death is disputed and the rule reads the death fact', '`death-disputed`'],
        ['`finding`', 'records certainly contradict each other, whatever the state of the feeds', '`contradiction`'],
        ['`unknown`', 'something looks bad and cannot be told', 'one of the first list, the first in its order'],
        ['`unknown`', 'a feed it needs is not usable', 'that of the first such feed, in the order of the rule'],
        ['`clear`', 'nothing contradicts, and every needed feed is usable', '`no-contradiction`'],
      ],
    ),
    '',
    'A feed is looked at for its state, then its region, then its completeness. A rule that fires because something is missing (`record-without-stay`,',
    '`hospital-death-unconfirmed`, `death-single-source`, what the province lacks in `province-differs`) needs its feeds usable to fire as well.',
    '',
    '### Reasons for `unknown`, in the order in which one of several is named',
    '',
    ...table(['reason', 'means', '含义'], reasons(unknown)),
    '',
    '### Reasons for `not-applicable`',
    '',
    ...table(['reason', 'means', '含义'], reasons(notApplicable)),
    '',
    '### Reasons for `finding` and `clear`',
    '',
    ...table(['reason', 'means', '含义'], reasons(plain)),
    '',
  ];
}

function reasons(texts) {
  return Object.entries(texts).map(([reason, { zh, en }]) => [`\`${reason}\``, en, zh]);
}

function summary({ id, title, severity, feeds }) {
  return [`[\`${id}\`](#${id})`, title.en, title.zh, severity, feeds.map(feedName).join(', ') || '–'];
}

function chapter(rule) {
  const parameters = Object.entries(rule.parameters).map(([name, value]) => `\`${name}\` = ${valueText(value)}`);
  return [
    `## ${rule.id}`,
    '',
    `**${rule.title.en} · ${rule.title.zh}**`,
    '',
    rule.description.en,
    '',
    rule.description.zh,
    '',
    `- severity: ${rule.severity} at most; action: \`${rule.action}\`; version ${rule.version}`,
    `- feeds: ${rule.feeds.map(feedName).join(', ') || '–'}`,
    `- parameters: ${parameters.join(', ') || '–'}`,
    `- basis: ${rule.basis.join('；')}`,
    '',
    ...table(['example', '例', 'says'], rule.examples.map(example)),
    '',
  ];
}

/** A long list by its ends: the file that holds it is the place to read it. */
function valueText(value) {
  if (!Array.isArray(value) || value.length <= 5) return JSON.stringify(value);
  return `${value.length} from ${JSON.stringify(value[0])} to ${JSON.stringify(value.at(-1))}`;
}

function example({ name, expect }) {
  return [name.en, name.zh, 'findings' in expect ? foundInRun(expect) : foundInFile(expect)];
}

function foundInFile({ outcome, severity, reason }) {
  return [outcome, severity, reason === undefined ? undefined : `\`${reason}\``].filter((part) => part !== undefined).join(' · ');
}

function foundInRun({ findings, severity }) {
  if (findings === 0) return 'clear';
  return `${findings} ${findings === 1 ? 'finding' : 'findings'} · ${severity}`;
}

function feedName({ agency, feed }) {
  return `${agency}/${feed}`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
