import type { Language } from './io.js';

/** What commander says of a fault of usage, in the words of the chosen language; it speaks English only. */
const said: readonly [RegExp, string][] = [
  [/^error: unknown command '(.*)'/m, '没有这个命令：$1'],
  [/^error: unknown option '(.*)'/m, '没有这个选项：$1'],
  [/^error: required option '(.*)' not specified/m, '缺少必需的选项：$1'],
  [/^error: missing required argument '(.*)'/m, '缺少参数：$1'],
  [/^error: option '(.*)' argument missing/m, '选项 $1 缺少值'],
  [/^error: option '(.*)' argument '(.*)' is invalid\. Allowed choices are (.*)\./m, '选项 $1 不接受 $2；可用：$3'],
  [/^error: too many arguments.*$/m, '参数过多'],
  [/^\(Did you mean (?:one of )?(.*)\?\)/m, '（是否想写 $1？）'],
  [/^Usage:/m, '用法：'],
  [/^Arguments:/m, '参数：'],
  [/^Options:/m, '选项：'],
  [/^Commands:/m, '命令：'],
  [/display help for command/g, '显示帮助'],
  [/output the version number/g, '显示版本'],
];

export function usageText(text: string, lang: Language): string {
  return lang === 'en' ? text : said.reduce((told, [from, to]) => told.replace(from, to), text);
}
