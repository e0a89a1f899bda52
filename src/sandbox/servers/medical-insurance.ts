import { createHash } from 'node:crypto';
import { compactInstant, wallClock } from '../calendar.js';
import { digitsOf } from '../random.js';
import type { Registry } from '../registry.js';
import { inHospitalRows, insuranceRows, settlementAnswer, visitRows } from './insurance-rows.js';
import type { Answer, Asked, Endpoint, Trouble } from './server.js';

/**
 * The medical insurance behind a TIF gateway: headers `x-tif-*` signed with SHA-256, then the `infno` envelope (reference HI 6, 7). The
 * gateway refuses in its own shape, `{ "code": 401, "message": … }`; the platform refuses with `infcode` -1.
 */
export interface InsuranceOptions {
  /** Base address; the path of one interface may follow. */
  path: string;
  paasid: string;
  token: string;
  registry: Registry;
  clock: () => Date;
}

/** 签名时间戳超时 after half an hour (reference HI 6.4). */
const windowSeconds = 1800;
const skewSeconds = 3600;

/** infno → the feed it belongs to. */
const feeds: Readonly<Record<string, string>> = {
  '1101': 'medical-insurance/enrolments',
  '5201': 'medical-insurance/stays',
  '5202': 'medical-insurance/stays',
  '5203': 'medical-insurance/settlements',
  '5303': 'medical-insurance/stays',
};

/** Required fields of the request envelope. */
const envelopeFields = [
  'infno',
  'msgid',
  'mdtrtarea_admvs',
  'recer_sys_code',
  'infver',
  'opter_type',
  'opter',
  'opter_name',
  'inf_time',
  'fixmedins_code',
  'fixmedins_name',
] as const;

/** Required parameters by infno, as printed. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  '1101': ['mdtrt_cert_type', 'mdtrt_cert_no', 'psn_cert_type', 'certno', 'psn_name'],
  '5201': ['psn_no', 'begntime', 'endtime', 'med_type'],
  '5202': ['mdtrt_id', 'psn_no'],
  '5203': ['psn_no', 'setl_id', 'mdtrt_id'],
  '5303': ['begntime', 'endtime'],
};

type Fields = Readonly<Record<string, unknown>>;

export function insuranceEndpoint(options: InsuranceOptions): Endpoint {
  const { registry, clock } = options;
  const nonces = new Set<string>();

  const gate = (asked: Asked, trouble: Trouble): string | undefined => {
    const { headers } = asked;
    const timestamp = headers['x-tif-timestamp'] ?? '';
    const nonce = headers['x-tif-nonce'] ?? '';
    const signature = headers['x-tif-signature'] ?? '';
    if (!timestamp || !nonce || !signature || !headers['x-tif-paasid']) return '缺少服务网关的请求头!';
    if (headers['x-tif-paasid'] !== options.paasid) return '非法用户!';
    const now = Math.floor(clock().getTime() / 1000) + (trouble.clockSkew ? skewSeconds : 0);
    if (!/^\d{10}$/.test(timestamp) || Math.abs(Number(timestamp) - now) > windowSeconds) return '签名时间戳超时!';
    const token = trouble.wrongKey ? `another ${options.token}` : options.token;
    const expected = createHash('sha256').update(`${timestamp}${token}${nonce}${timestamp}`, 'utf8').digest('hex');
    if (signature !== expected) return '签名不一致!';
    // The wording is ours: no public source shows a replayed nonce.
    if (nonces.has(nonce)) return '请求重复：随机数已使用!';
    nonces.add(nonce);
    return undefined;
  };

  return {
    path: `${options.path}*`,
    feed: (asked) => feeds[String(read(asked)?.infno ?? '')] ?? 'medical-insurance/stays',
    refuse: (text, asked) => failed(text, read(asked), clock(), 'refused'),
    answer(asked, trouble) {
      if (asked.method !== 'POST') return gateway('请求方式错误!', 'method');
      const barred = gate(asked, trouble);
      if (barred !== undefined) return gateway(barred, 'gateway');
      const request = read(asked);
      if (request === undefined) return failed('报文格式错误', undefined, clock(), 'json');
      const wrong = wrongIn(request);
      if (wrong !== undefined) return failed(wrong, request, clock(), 'parameter');
      const infno = String(request.infno);
      const data = dataOf(request) ?? {};
      const output = outputOf(infno, data, registry, trouble);
      return typeof output === 'string' ? failed(output, request, clock(), 'business') : ok(infno, request, output, clock());
    },
  };
}

function wrongIn(request: Fields): string | undefined {
  for (const name of envelopeFields) if (filled(request, name) === '') return `参数【${name}】不能为空`;
  const infno = filled(request, 'infno');
  if (parameters[infno] === undefined) return `交易编号【${infno}】不存在`;
  const code = filled(request, 'fixmedins_code');
  const msgid = filled(request, 'msgid');
  if (msgid.length !== 30 || !msgid.startsWith(code) || !/^\d{18}$/.test(msgid.slice(12))) return '发送方报文ID【msgid】格式错误';
  if (!['1', '2', '3'].includes(filled(request, 'opter_type'))) return '经办人类别【opter_type】不存在';
  if (!isDateTime(filled(request, 'inf_time'))) return '交易时间【inf_time】格式错误';
  const data = dataOf(request);
  if (data === undefined) return '交易输入【input】不能为空';
  for (const name of parameters[infno] ?? []) if (filled(data, name) === '') return `参数【${name}】不能为空`;
  if (infno !== '1101' && filled(data, 'psn_no') !== '' && filled(request, 'insuplc_admdvs') === '')
    return '交易输入包含人员编号时参保地医保区划【insuplc_admdvs】不能为空';
  for (const name of ['begntime', 'endtime']) {
    if (filled(data, name) !== '' && !isDateTime(filled(data, name))) return `参数【${name}】格式错误`;
  }
  return undefined;
}

function outputOf(infno: string, data: Fields, registry: Registry, trouble: Trouble): unknown {
  const today = registry.today();
  if (infno === '1101') {
    const certno = filled(data, 'certno');
    const life = trouble.otherPerson
      ? registry.somebodyElse(certno, (other) => other.insured !== undefined)
      : registry.find(certno);
    return life?.insured === undefined ? '未查询到人员基本信息' : insuranceRows(life, today);
  }
  if (infno === '5303' && filled(data, 'psn_no') === '') {
    return {
      data: registry
        .everybody()
        .flatMap((life) => inHospitalRows(life, filled(data, 'begntime'), filled(data, 'endtime'), today)),
    };
  }
  const asked = registry.findInsured(filled(data, 'psn_no'));
  if (asked === undefined) return `人员编号【${filled(data, 'psn_no')}】不存在`;
  const life = trouble.otherPerson
    ? (registry.somebodyElse(asked.citizen.number, (other) =>
        other.stays.some((stay) => stay.insurance && stay.medType === filled(data, 'med_type')),
      ) ?? asked)
    : asked;
  const [from, until] = [filled(data, 'begntime'), filled(data, 'endtime')];
  switch (infno) {
    case '5201':
      return { mdtrtinfo: oneOrMany(life.citizen.insuranceNo, visitRows(life, from, until, filled(data, 'med_type'), today)) };
    case '5303':
      return { data: oneOrMany(life.citizen.insuranceNo, inHospitalRows(life, from, until, today)) };
    case '5203':
      return (
        settlementAnswer(life, filled(data, 'setl_id'), filled(data, 'mdtrt_id'), today) ??
        `结算ID【${filled(data, 'setl_id')}】不存在`
      );
    default:
      return life.stays.some((stay) => stay.insuranceVisitNo === filled(data, 'mdtrt_id'))
        ? { diseinfo: [] }
        : `就诊ID【${filled(data, 'mdtrt_id')}】不存在`;
  }
}

/** Some installations send an object instead of a list of one. */
function oneOrMany(key: string, rows: readonly unknown[]): unknown {
  return rows.length === 1 && digitsOf(1, 'one-or-many', key) < '3' ? rows[0] : rows;
}

function ok(infno: string, request: Fields, output: unknown, at: Date): Answer {
  // Number or text: both are met.
  const infcode = digitsOf(1, 'infcode', filled(request, 'msgid')) < '3' ? '0' : 0;
  return json({ infcode, ...frame(request, at), err_msg: null, output }, infno);
}

function failed(text: string, request: Fields | undefined, at: Date, slug: string): Answer {
  return json(
    { infcode: -1, ...frame(request, at), err_msg: text, output: null },
    request === undefined ? 'unreadable' : filled(request, 'infno'),
    slug,
  );
}

function frame(request: Fields | undefined, at: Date): Record<string, string> {
  const msgid = request === undefined ? '' : filled(request, 'msgid');
  const instant = `${compactInstant(at)}${String(wallClock(at).milliseconds).padStart(3, '0')}`;
  return {
    inf_refmsgid: `370700${compactInstant(at)}${digitsOf(10, 'reference', msgid)}`,
    refmsg_time: instant,
    respond_time: instant,
    enctype: '',
    signtype: '',
  };
}

function gateway(text: string, slug: string): Answer {
  return json({ code: 401, message: text }, 'gateway', slug);
}

function json(body: unknown, operation: string, refused?: string): Answer {
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
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function dataOf(request: Fields): Fields | undefined {
  const { input } = request;
  return isFields(input) && isFields(input.data) ? input.data : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function filled(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

function isDateTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text);
}
