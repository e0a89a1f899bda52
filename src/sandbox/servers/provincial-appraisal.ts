import { createHash } from 'node:crypto';
import type { AppraisalCase, Conclusion, Day } from '../../model/index.js';
import { compactDay, dayTime, parseDay } from '../calendar.js';
import { sexCode } from '../citizens.js';
import { digitsOf } from '../random.js';
import type { Registry } from '../registry.js';
import type { Life, ProvincialCase, Reappraisal } from '../world.js';
import type { Answer, Asked, Endpoint, Trouble } from './server.js';

/**
 * The provincial appraisal system. No description of the real one is public: paths, parameters and codes are the library's own marked example,
 * in the house style of the social-insurance family (reference domain 7.1): `{ retCode: "200", retMsg, data: { pageNumber, …, data: […] } }`.
 */
export interface AppraisalOptions {
  /** Base; `/lookup`, `/changes` and `/push` follow. */
  path: string;
  user: string;
  password: string;
  registry: Registry;
}

const feed = 'provincial-appraisal/appraisals';
const mostRows = 200;

type Fields = Readonly<Record<string, unknown>>;

export function appraisalEndpoints(options: AppraisalOptions): Endpoint[] {
  const { registry } = options;
  const received = new Map<string, { content: string; provincialNo: string }>();

  const endpoint = (operation: string, answer: (body: Fields, asked: Asked, trouble: Trouble) => Answer): Endpoint => ({
    path: `${options.path}/${operation}`,
    feed: () => feed,
    refuse: (text) => refuse(operation, '500', text, 'refused'),
    answer(asked, trouble) {
      if (asked.method !== 'POST') return refuse(operation, '405', '只接受POST请求', 'method');
      if (trouble.wrongKey || asked.headers.user !== options.user || asked.headers.password !== options.password) {
        return refuse(operation, '401', '用户名或密码错误', 'password');
      }
      const body = /^application\/json/i.test(asked.headers['content-type'] ?? '') ? read(asked) : undefined;
      if (body === undefined) return refuse(operation, '400', '请求报文格式错误', 'json');
      return answer(body, asked, trouble);
    },
  });

  return [
    endpoint('lookup', (body, _asked, trouble) => {
      const number = filled(body, 'AAC002');
      if (number === '') return refuse('lookup', '400', 'AAC002不能为空', 'parameter');
      const today = registry.today();
      const life = trouble.otherPerson
        ? registry.somebodyElseOnFile(number, (other) => rowsOf(other, today).length > 0)
        : registry.find(number);
      return page('lookup', life === undefined ? [] : rowsOf(life, today), body, trouble);
    }),
    endpoint('changes', (body, _asked, trouble) => {
      const since = filled(body, 'AAE036');
      if (since !== '' && !/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?$/.test(since)) {
        return refuse('changes', '400', 'AAE036格式错误', 'parameter');
      }
      const today = registry.today();
      const rows = registry
        .everybody()
        .flatMap((life) => rowsOf(life, today))
        .filter((row) => String(row.AAE036) >= since)
        .sort((a, b) => (`${a.AAE036}${a.AAZ151}` < `${b.AAE036}${b.AAZ151}` ? -1 : 1));
      return page('changes', rows, body, trouble);
    }),
    endpoint('push', (body, asked) => {
      const key = filled(body, 'IDEMPOTENCY_KEY');
      if (key === '') return refuse('push', '400', '缺少请求流水号', 'parameter');
      for (const name of ['AAC002', 'AAC003', 'CITY_CASE_NO', 'ALA019', 'CASE_STATE']) {
        if (filled(body, name) === '') return refuse('push', '400', `${name}不能为空`, 'parameter');
      }
      const content = createHash('sha256').update(asked.body).digest('hex');
      const before = received.get(key);
      if (before !== undefined && before.content !== content)
        return refuse('push', '409', '同一流水号的内容与前次不一致', 'conflict');
      const provincialNo = before?.provincialNo ?? provincialNumber(filled(body, 'CITY_CASE_NO'));
      received.set(key, { content, provincialNo });
      return reply('push', {
        retCode: '200',
        retMsg: '成功',
        data: { pageNumber: 1, pageSize: 1, totalPage: 1, data: [{ AAZ151: provincialNo }] },
      });
    }),
  ];
}

/**
 * What the province knows of a life: every conclusion of the city from the day after, unless a story says otherwise, and its own re-appraisals from
 * the day they are opened.
 */
function rowsOf(life: Life, today: Day): Record<string, string>[] {
  const cases: readonly ProvincialCase[] = life.provincial ?? (life.file?.cases ?? []).map((case_) => ({ case: case_ }));
  const taken = cases.flatMap(({ case: case_, takenOn }) =>
    case_.conclusions
      .map((conclusion, nth) => ({ conclusion, nth, since: takenOn ?? parseDay(conclusion.on) + 1 }))
      .filter(({ since }) => since <= today)
      .map(({ conclusion, nth, since }) =>
        rowOf(life, {
          // Every conclusion of a case is an appraisal of its own to the province.
          provincialNo: provincialNumber(nth === 0 ? case_.caseNo : `${case_.caseNo}/${nth + 1}`),
          caseNo: case_.caseNo,
          kind: case_.kind,
          state: case_.state,
          recognitionNo: case_.recognition?.no,
          conclusion,
          changed: dayTime(since, '09:00:00'),
        }),
      ),
  );
  return [
    ...taken,
    ...life.reappraisals.filter(({ openedOn }) => openedOn <= today).map((item) => reappraisalRow(life, item, today)),
  ];
}

/** A re-appraisal under the city's case number and the province's own: without a conclusion as long as there is none. */
function reappraisalRow(life: Life, item: Reappraisal, today: Day): Record<string, string> {
  const challenged = life.file?.cases.find(({ caseNo }) => caseNo === item.caseNo);
  const concludedOn = item.conclusion === undefined ? undefined : parseDay(item.conclusion.on);
  const concluded = concludedOn !== undefined && concludedOn <= today ? item.conclusion : undefined;
  return rowOf(life, {
    provincialNo: item.provincialNo,
    caseNo: item.caseNo,
    kind: 'reappraisal',
    state: concluded === undefined ? 'accepted' : 'effective',
    recognitionNo: challenged?.recognition?.no,
    ...(concluded === undefined ? {} : { conclusion: concluded }),
    changed: concluded === undefined ? dayTime(item.openedOn, '09:00:00') : dayTime(concludedOn ?? item.openedOn, '16:00:00'),
  });
}

interface ToldAppraisal {
  provincialNo: string;
  caseNo: string;
  kind: AppraisalCase['kind'];
  state: AppraisalCase['state'];
  recognitionNo: string | undefined;
  conclusion?: Conclusion;
  /** AAE036. */
  changed: string;
}

function rowOf({ citizen }: Life, told: ToldAppraisal): Record<string, string> {
  const { conclusion } = told;
  return {
    AAZ151: told.provincialNo,
    CITY_CASE_NO: told.caseNo,
    AAC002: citizen.number,
    AAC003: citizen.name,
    AAC004: sexCode(citizen),
    AAC006: compactDay(citizen.bornOn),
    ALA019: kinds[told.kind],
    CASE_STATE: states[told.state],
    // The province writes square brackets where the city writes tortoise-shell ones.
    ALC011: (told.recognitionNo ?? '').replace('〔', '[').replace('〕', ']'),
    ALC034: conclusion?.on.replaceAll('-', '') ?? '',
    ALC035: conclusion?.no.replace('〔', '[').replace('〕', ']') ?? '',
    CONCLUSION_LEVEL: conclusion === undefined ? '' : conclusion.level === 'city' ? '1' : '2',
    ALA040: gradeCode(conclusion?.grade),
    ALC060: conclusion?.care === undefined ? '' : cares[conclusion.care],
    STANDARD: conclusion?.standard ?? '',
    CLAUSES: conclusion?.clauses.join('；') ?? '',
    CONCLUSION_STATUS: conclusion === undefined ? '' : statuses[conclusion.status],
    AAE036: told.changed,
    AAE100: '1',
  };
}

function gradeCode(grade: Conclusion['grade']): string {
  return grade === undefined ? '' : grade === 'below' ? '00' : String(grade).padStart(2, '0');
}

const kinds: Readonly<Record<AppraisalCase['kind'], string>> = {
  first: '1',
  review: '2',
  reappraisal: '3',
  confirmation: '4',
  'non-work': '5',
  dependant: '6',
  commissioned: '7',
};
const states: Readonly<Record<AppraisalCase['state'], string>> = {
  submitted: '01',
  'supplement-requested': '02',
  accepted: '03',
  scheduled: '04',
  examined: '05',
  concluded: '06',
  delivered: '07',
  effective: '08',
  challenged: '09',
  rejected: '10',
  abandoned: '11',
  terminated: '12',
  withdrawn: '13',
  'discontinued-death': '14',
  revoked: '15',
  corrected: '16',
};
const cares: Readonly<Record<NonNullable<Conclusion['care']>, string>> = { none: '0', partial: '1', major: '2', total: '3' };
const statuses: Readonly<Record<Conclusion['status'], string>> = {
  issued: '1',
  effective: '2',
  challenged: '3',
  superseded: '4',
  corrected: '5',
  revoked: '6',
};

/** AAZ151 of what the province has of a case. */
export function provincialNumber(caseNo: string): string {
  return digitsOf(16, 'AAZ151', caseNo);
}

function page(operation: string, rows: readonly Record<string, string>[], body: Fields, trouble: Trouble): Answer {
  const number = Number(filled(body, 'pageNumber') || '1');
  const size = Number(filled(body, 'pageSize') || '20');
  if (!Number.isInteger(number) || number < 1 || !Number.isInteger(size) || size < 1 || size > mostRows) {
    return refuse(operation, '400', '分页参数错误', 'parameter');
  }
  const total = Math.ceil(rows.length / size);
  const first = trouble.pageRepeats ? 0 : (number - 1) * size;
  return reply(operation, {
    retCode: '200',
    retMsg: '成功',
    data: {
      pageNumber: number,
      pageSize: size,
      // A repeated page claims that there is always more.
      totalPage: trouble.pageRepeats && rows.length > 0 ? total + 1000 : total,
      data: rows.slice(first, first + size),
    },
  });
}

function refuse(operation: string, retCode: string, retMsg: string, slug: string): Answer {
  return reply(operation, { retCode, retMsg, data: null }, slug);
}

function reply(operation: string, body: unknown, refused?: string): Answer {
  return {
    contentType: 'application/json;charset=UTF-8',
    body: JSON.stringify(body),
    operation,
    ...(refused === undefined ? {} : { refused }),
  };
}

function read(asked: Asked): Fields | undefined {
  try {
    const value: unknown = JSON.parse(asked.body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function filled(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}
