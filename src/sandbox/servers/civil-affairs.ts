import { formatDay } from '../../model/index.js';
import { dayTime } from '../calendar.js';
import { fifteenDigitsOf, sexCode } from '../citizens.js';
import type { Registry } from '../registry.js';
import type { Cremation, Life } from '../world.js';
import { type Platform, signedOf } from './national-platform.js';
import type { Answer, Endpoint, Trouble } from './server.js';

/**
 * The ministry's cremation service (殡葬服务火化信息) as the Inspur open-service SDK calls it: a form by POST, the platform's four fields in the
 * headers, offset paging (reference PC C1). Rows without a number are those of people whom nobody could identify; they come by name.
 */
export interface CremationOptions {
  path: string;
  sid: string;
  platform: Platform;
  registry: Registry;
}

const feed = 'civil-affairs/cremations';
const fields = ['RN', 'NAME', 'ID_CARD', 'SEX', 'DEATH_TIME', 'ADDRESS', 'CREMATION_TIME'];

export function cremationEndpoint(options: CremationOptions): Endpoint {
  const { registry } = options;
  return {
    path: options.path,
    feed: () => feed,
    refuse: (text) => refuse(text, 'refused'),
    answer(asked, trouble) {
      if (asked.method !== 'POST') return refuse('只接受POST请求', 'method');
      const refused = options.platform.verify(signedOf(asked.headers), options.sid, trouble);
      if (refused !== undefined) return refuse(refused, 'platform');
      if (!/^application\/x-www-form-urlencoded/i.test(asked.headers['content-type'] ?? ''))
        return refuse('请求格式错误', 'content-type');
      const form = new URLSearchParams(asked.body.toString('utf8'));
      for (const name of ['gjgxjhpt_rid', 'gjgxjhpt_sid', 'gjgxjhpt_rtime', 'gjgxjhpt_sign']) {
        if (form.has(name) && form.get(name) !== asked.headers[name]) return refuse('签名验证失败', 'platform');
      }
      const name = form.get('name')?.trim() ?? '';
      const number = form.get('id_card')?.trim() ?? '';
      if (name === '') return refuse('参数name不能为空', 'parameter');
      if (number === '') return refuse('参数id_card不能为空', 'parameter');
      const start = Number(form.get('start') ?? '0');
      const limit = Number(form.get('limit') ?? '10');
      if (!Number.isInteger(start) || start < 0 || !Number.isInteger(limit) || limit < 1)
        return refuse('分页参数错误', 'parameter');

      const rows = rowsOf(name, number, registry, trouble);
      const first = trouble.pageRepeats ? 0 : start;
      const page = rows
        .slice(first, first + Math.min(limit, 100))
        .map((row, index) => ({ RN: String(first + index + 1), ...row }));
      // A repeated page claims that there is always more.
      const total = trouble.pageRepeats && rows.length > 0 ? rows.length + 1000 : rows.length;
      return {
        contentType: 'application/json;charset=UTF-8',
        body: JSON.stringify({ status: 'success', code: '0', result: { total: String(total), fields, data: page } }),
        operation: 'cremations',
      };
    },
  };
}

function rowsOf(name: string, number: string, registry: Registry, trouble: Trouble): Record<string, string | null>[] {
  const today = registry.today();
  const known = (life: Life) => life.cremations.filter((cremation) => cremation.registeredOn <= today);
  if (trouble.otherPerson) {
    const other = registry.somebodyElse(number, (life) => known(life).some((cremation) => cremation.number === 'full'));
    return other === undefined ? [] : known(other).map((cremation) => rowOf(other, cremation));
  }
  const own = registry.find(number);
  const rows =
    own === undefined
      ? []
      : known(own)
          .filter((cremation) => cremation.number !== 'none')
          .map((cremation) => rowOf(own, cremation));
  const nameless = registry
    .everybody()
    .filter((life) => life.citizen.name === name)
    .flatMap((life) =>
      known(life)
        .filter((cremation) => cremation.number === 'none')
        .map((cremation) => rowOf(life, cremation)),
    );
  return [...rows, ...nameless];
}

function rowOf(life: Life, cremation: Cremation): Record<string, string | null> {
  const { citizen } = life;
  // Whether a day comes with a midnight differs from row to row at the real one.
  const written = (day: number) => (citizen.bornOn % 2 === 0 ? dayTime(day) : formatDay(day));
  return {
    NAME: citizen.name,
    ID_CARD: cremation.number === 'none' ? '' : cremation.number === 'fifteen' ? fifteenDigitsOf(citizen.number) : citizen.number,
    SEX: sexCode(citizen),
    DEATH_TIME: cremation.diedOn === undefined ? (citizen.bornOn % 3 === 0 ? null : '') : written(cremation.diedOn),
    ADDRESS: '演示市样例区演示街１９号',
    CREMATION_TIME: written(cremation.crematedOn),
  };
}

function refuse(text: string, refused: string): Answer {
  return {
    contentType: 'application/json;charset=UTF-8',
    body: JSON.stringify({ status: 'error', code: '1', result: { errormsg: text } }),
    operation: 'cremations',
    refused,
  };
}
