import type { Bilingual, OutboxEntry, OutboxRun, OutboxState, OutboxSummary } from '../model/index.js';
import { shanghai } from './texts.js';

/** What is told of what goes to the province. */

export const outboxStates: Readonly<Record<OutboxState, Bilingual>> = {
  waiting: { zh: '待上报', en: 'waiting' },
  sending: { zh: '正在上报', en: 'being sent' },
  accepted: { zh: '省级已接收', en: 'accepted' },
  refused: { zh: '被退回', en: 'refused' },
  unavailable: { zh: '未送达，将再试', en: 'not delivered, will be tried again' },
  skipped: { zh: '人工略过', en: 'skipped' },
  replaced: { zh: '未发出已被更新', en: 'replaced before it left' },
};

export const outboxKinds: Readonly<Record<OutboxEntry['what'], Bilingual>> = {
  case: { zh: '案件', en: 'case' },
  conclusion: { zh: '结论', en: 'conclusion' },
  correction: { zh: '纠正', en: 'correction' },
  revocation: { zh: '撤销', en: 'revocation' },
};

/** What was sent, and first of all what was refused: those cases stand still until a person has looked. */
export function outboxTexts(run: OutboxSummary & Partial<OutboxRun>): Bilingual[] {
  const { waiting, oldest, refused, refusedCases = [], sent = 0, failed = 0, error } = run;
  const more = refused > refusedCases.length;
  const texts: Bilingual[] = [];
  if (refused > 0)
    texts.push({
      zh: `省级退回 ${refused} 件上报（案件 ${refusedCases.join('、')}${more ? ' 等' : ''}）：这些案件的后续上报停在这里，须由人处理（yilian outbox list --state refused）`,
      en: `the province refused ${refused} of what was sent (cases ${refusedCases.join(', ')}${more ? ' …' : ''}): nothing more of these cases is sent until a person has looked (yilian outbox list --state refused)`,
    });
  if (waiting > 0)
    texts.push({
      zh: `待上报 ${waiting} 件${oldest === undefined ? '' : `，最早的自 ${shanghai(oldest)} 起`}`,
      en: `${waiting} waiting to be sent to the province${oldest === undefined ? '' : `, the oldest since ${shanghai(oldest)}`}`,
    });
  if (failed > 0)
    texts.push({
      zh: `其中 ${failed} 件本次未能送达${error === undefined ? '' : `：${error.message.zh}（${error.code}）`}`,
      en: `${failed} of them could not be delivered this time${error === undefined ? '' : `: ${error.message.en} (${error.code})`}`,
    });
  if (sent > 0) texts.push({ zh: `已上报 ${sent} 件，省级已接收`, en: `${sent} sent and accepted by the province` });
  return texts;
}
