import type { DroppedFile } from '../channels/channel.js';
import { YilianError } from '../errors.js';
import type { Connection } from './adapter.js';
import type { Reply } from './call.js';

/** Opens one dropped file with the connection's envelope. Never throws on bad bytes: see `reply.opened.unreadable`. */
export function openFile(_connection: Connection, _file: DroppedFile): Reply {
  throw new YilianError('ERR_INTERNAL', { zh: '未完成', en: 'not built yet' });
}
