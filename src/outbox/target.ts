import { YilianError } from '../errors.js';
import type { SendTarget } from './outbox.js';

/** Where cases are sent: the connection that says `send: automatic`, else the first that could take them. */

/** Undefined where no connection takes cases. Throws ERR_CONFIG where several send by themselves, or one that can only receive. */
export function sendTargetOf<T extends SendTarget>(feeds: readonly T[]): T | undefined {
  const able = feeds.filter(({ feed }) => feed.push !== undefined);
  const chosen = able.filter(isSendingItself);
  const [first, second] = chosen;
  if (second !== undefined) {
    throw new YilianError('ERR_CONFIG', {
      zh: '只能有一个连接设置 send: automatic',
      en: 'only one connection may say send: automatic',
    });
  }
  if (first !== undefined && !canAsk(first)) {
    const { agency, feed } = first.connection;
    throw new YilianError(
      'ERR_CONFIG',
      {
        zh: `${agency}/${feed} 是投递文件夹，只能接收，不能上报`,
        en: `${agency}/${feed} is a drop folder: it receives and cannot be sent cases`,
      },
      { agency, feed },
    );
  }
  return first ?? able.find(canAsk);
}

/** Are imports sent without anybody saying so again? */
export function isSendingItself({ feed, connection }: SendTarget): boolean {
  return feed.push !== undefined && connection.settings.send === 'automatic';
}

function canAsk({ connection }: SendTarget): boolean {
  return connection.channel.kind === 'http';
}
