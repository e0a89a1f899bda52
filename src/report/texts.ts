import {
  type Action,
  type Agency,
  type Bilingual,
  caseStates,
  type DeathFact,
  type FeedStatus,
  type FindingChange,
  type FindingState,
  type Outcome,
  type Severity,
  type TimelineEntry,
} from '../model/index.js';

/** The report's own words in both languages. */

export const severities: Record<Severity, Bilingual> = {
  critical: { zh: '危急', en: 'critical' },
  high: { zh: '高', en: 'high' },
  medium: { zh: '中', en: 'medium' },
  low: { zh: '低', en: 'low' },
  info: { zh: '提示', en: 'info' },
};

export const severityOrder: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

export const actions: Record<Action, Bilingual> = {
  record: { zh: '记录在案，不需其他动作', en: 'keep on record, nothing else to do' },
  'ask-applicant': { zh: '请申请人说明或更正', en: 'ask the applicant to explain or correct' },
  'ask-agency': { zh: '请来源部门核实或更正', en: 'ask the agency to verify or correct' },
  'hold-step': { zh: '暂缓本案下一步，先核实', en: 'hold the next step of the case and verify first' },
  'propose-suspension': {
    zh: '核实后建议暂停待遇（须先调查）',
    en: 'after verification propose suspension (law requires investigation first)',
  },
  'propose-recovery': { zh: '核实后建议追回', en: 'after verification propose recovery' },
  refer: { zh: '移交核查', en: 'refer for investigation' },
};

const agencyNames: Record<string, Bilingual> = {
  'provincial-appraisal': { zh: '省级鉴定', en: 'provincial appraisal' },
  'public-security': { zh: '公安', en: 'public security' },
  health: { zh: '卫健', en: 'health' },
  'civil-affairs': { zh: '民政', en: 'civil affairs' },
  'medical-insurance': { zh: '医保', en: 'medical insurance' },
  city: { zh: '本市案卷', en: "the city's own file" },
};

/** What an officer calls an agency; a further one by the title its adapter gives, else by its slug. */
export function agencyName(agency: Agency, titles: Readonly<Record<string, Bilingual>>): Bilingual {
  return agencyNames[agency] ?? titles[agency] ?? { zh: agency, en: agency };
}

export const changes: Record<FindingChange, Bilingual> = {
  new: { zh: '新发现', en: 'new' },
  'still-open': { zh: '仍未处理', en: 'still open' },
  changed: { zh: '有变化', en: 'changed' },
  reopened: { zh: '重新出现', en: 'reopened' },
  withdrawn: { zh: '已撤回（证据作废）', en: 'withdrawn (its evidence is void)' },
  resolved: { zh: '已消除', en: 'resolved' },
};

export const states: Record<FindingState, Bilingual> = {
  open: { zh: '未处理', en: 'open' },
  verifying: { zh: '核实中', en: 'verifying' },
  confirmed: { zh: '已确认', en: 'confirmed' },
  'false-positive': { zh: '误报', en: 'false positive' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  resolved: { zh: '已消除', en: 'resolved' },
  held: { zh: '搁置', en: 'held' },
};

export const outcomes: Record<Outcome, Bilingual> = {
  finding: { zh: '发现', en: 'finding' },
  unknown: { zh: '无法判断', en: 'unknown' },
  clear: { zh: '无异常', en: 'clear' },
  'not-applicable': { zh: '不适用', en: 'not applicable' },
  suppressed: { zh: '已抑制', en: 'suppressed' },
};

export const feedStates = {
  fresh: { zh: '最新', en: 'fresh' },
  stale: { zh: '过期', en: 'stale' },
  gap: { zh: '有缺口', en: 'gap' },
  down: { zh: '不可用', en: 'down' },
  never: { zh: '从未取得', en: 'never' },
} satisfies Record<FeedStatus['state'], Bilingual>;

/** How a record in the timeline stands. */
export const standings = {
  current: { zh: '有效', en: 'current' },
  void: { zh: '已作废', en: 'void' },
  superseded: { zh: '已被新版本取代', en: 'superseded' },
  'not-linked': { zh: '不确定是本人，未采用', en: 'not tied to the person, not used' },
} satisfies Record<TimelineEntry['standing'], Bilingual>;

/** What the death fact rests on. */
export const deathLevels = {
  none: { zh: '没有死亡记录', en: 'no death on record' },
  reported: { zh: '有一类记录', en: 'reported by one kind of record' },
  corroborated: { zh: '有两类以上记录相互印证', en: 'corroborated by two or more kinds of record' },
  conflicting: { zh: '日期相互矛盾', en: 'the records conflict' },
  disputed: { zh: '有争议：之后仍有生存迹象', en: 'disputed: there is a sign of life after it' },
} satisfies Record<DeathFact['level'], Bilingual>;

/** How a list goes on in each language. */
export const punctuation = {
  comma: { zh: '，', en: ', ' },
  semicolon: { zh: '；', en: '; ' },
  listed: { zh: '、', en: ', ' },
  colon: { zh: '：', en: ': ' },
} as const satisfies Record<string, Bilingual>;

/** `2026-11-23 02:00` in Shanghai. */
export function shanghai(instant: string): string {
  return new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}

const feedNames: Record<string, Bilingual> = {
  'public-security/population': { zh: '人口信息', en: 'population register' },
  'health/stays': { zh: '住院', en: 'hospital stays' },
  'health/death-certificates': { zh: '死亡证明', en: 'death certificates' },
  'civil-affairs/cremations': { zh: '火化', en: 'cremations' },
  'civil-affairs/marriages': { zh: '婚姻登记', en: 'marriages' },
  'medical-insurance/enrolments': { zh: '参保', en: 'enrolments' },
  'medical-insurance/stays': { zh: '住院', en: 'hospital stays' },
  'medical-insurance/settlements': { zh: '结算', en: 'settlements' },
  'provincial-appraisal/appraisals': { zh: '鉴定案件', en: 'appraisals' },
};

/** What an officer calls a feed, with its agency and which of its connections: `卫健 · 死亡证明 #2`; a further one goes by its slug. */
export function feedTitle(
  { agency, feed, connection }: { agency: Agency; feed: string; connection?: string },
  titles: Readonly<Record<string, Bilingual>>,
  lang: 'zh' | 'en',
): string {
  const name = feedNames[`${agency}/${feed}`]?.[lang] ?? feed;
  return `${agencyName(agency, titles)[lang]} · ${feedLabel({ feed: name, ...(connection === undefined ? {} : { connection }) })}`;
}

/** A feed, and which of its connections where it has several. */
export function feedLabel({ feed, connection }: { feed: string; connection?: string }): string {
  return connection === undefined || connection === '' ? feed : `${feed} #${connection}`;
}

export const words = {
  title: { zh: '交叉比对报告', en: 'Cross-check report' },
  lead: {
    zh: '每条发现都是供人核实的线索，不是决定；停发待遇前须依法调查（社会保险经办条例第二十六条）。部门不可用时，相关人员为“无法判断”，不会判为无异常。',
    en: 'Every finding is a lead for a person to verify, not a decision; law requires investigation before a benefit stops (社会保险经办条例 art. 26). An agency that is down makes persons unknown, never clear.',
  },
  newFindings: { zh: '新发现', en: 'New findings' },
  openFindings: { zh: '仍未处理', en: 'Still open' },
  changedFindings: { zh: '有变化或重新出现', en: 'Changed or reopened' },
  closedFindings: { zh: '本次关闭', en: 'Closed by this run' },
  noneNew: { zh: '本次没有新发现。', en: 'Nothing new in this run.' },
  unknowns: { zh: '无法判断的，以及为什么', en: 'What could not be told, and why' },
  noUnknowns: { zh: '全部规则都能判断。', en: 'Every rule could tell.' },
  persons: { zh: '人', en: 'persons' },
  unknownPersons: { zh: '无法判断（人）', en: 'persons unknown' },
  feeds: { zh: '数据源', en: 'Feeds' },
  rules: { zh: '规则', en: 'Rules' },
  rejected: { zh: '无法成为证据的记录', en: 'Records that could not become evidence' },
  unknownCodes: { zh: '未知代码', en: 'Unknown codes' },
  nextStep: { zh: '下一步', en: 'Next step' },
  basis: { zh: '依据', en: 'Basis' },
  case: { zh: '案件', en: 'Case' },
  record: { zh: '记录', en: 'record' },
  received: { zh: '收到', en: 'received' },
  asOf: { zh: '截至', en: 'as of' },
  checked: { zh: '比对人数', en: 'persons checked' },
  severe: { zh: '危急与高', en: 'critical and high' },
  notUsable: { zh: '不可用的数据源', en: 'Not usable' },
  feedsUsable: { zh: '可用数据源', en: 'usable feeds' },
  asked: { zh: '询问', en: 'asked' },
  found: { zh: '有', en: 'found' },
  absent: { zh: '无', en: 'absent' },
  mismatch: { zh: '不符', en: 'mismatch' },
  unavailable: { zh: '不可用', en: 'unavailable' },
  unauthorised: { zh: '未授权', en: 'unauthorised' },
  notAsked: { zh: '到期未询', en: 'due, not asked' },
  receivedRows: { zh: '收到', en: 'received' },
  mapped: { zh: '成为证据', en: 'mapped' },
  rejectedRows: { zh: '拒收', en: 'rejected' },
  sieved: { zh: '筛除他人', en: 'others sieved out' },
  state: { zh: '状态', en: 'state' },
  completeThrough: { zh: '完整至', en: 'complete through' },
  reason: { zh: '原因', en: 'reason' },
  count: { zh: '数量', en: 'count' },
  first: { zh: '首条', en: 'first' },
  history: { zh: '近几次运行：未处理（线）与新发现（柱）', en: 'the last runs: open (line) and new (bars)' },
  systemSubject: { zh: '系统', en: 'system' },
  off: { zh: '已关闭', en: 'switched off' },
  people: { zh: '逐人说明', en: 'Person by person' },
  peopleLead: {
    zh: '每个人：每条规则的结果与原因、数据源的新旧、按时间排列的全部已知记录。',
    en: 'For each person: what every rule said and why, how fresh the feeds were, and everything known in order of time.',
  },
  peopleLeft: {
    zh: '其余人员未列出，可用 yilian explain --case 查看',
    en: 'more persons are left out: see yilian explain --case',
  },
  timeline: { zh: '时间线', en: 'Timeline' },
  timelineLeft: { zh: '条更早的记录未列出', en: 'earlier entries are left out' },
  deathFact: { zh: '死亡事实', en: 'The death' },
  lastAsked: { zh: '最近询问', en: 'last asked' },
  lastRead: { zh: '最近读取', en: 'last read' },
  lastAnswered: { zh: '最近答复', en: 'last answered' },
  neverAsked: { zh: '从未询问', en: 'never asked' },
  neverRead: { zh: '从未读取', en: 'never read' },
  readTooEarly: { zh: '读取时本人尚未在册，此后未再读', en: 'read before the person was on file, and not again since' },
  foundNow: { zh: '本次查出', en: 'found now' },
  notFoundNow: { zh: '本次未查出', en: 'not found now' },
  failures: { zh: '程序故障', en: 'Faults of the program' },
  failuresLead: {
    zh: '以下规则执行出错或人员无法比对：相关人员为“无法判断”，不是无异常。案卷已留存，请报告给开发者。',
    en: 'These rules failed, or these persons could not be judged: they are unknown, not clear. The case files are kept; please report it.',
  },
  contents: { zh: '目录', en: 'contents' },
  run: { zh: '运行', en: 'run' },
  resumed: { zh: '接续', en: 'resumed' },
} satisfies Record<string, Bilingual>;

/** What an officer calls a model field; the last segment of a claim's path. */
const fields: Record<string, Bilingual> = {
  deathFlag: { zh: '死亡标识', en: 'death flag' },
  diedOn: { zh: '死亡日期', en: 'died on' },
  eventOn: { zh: '事件日期（签发、火化、受理）', en: 'event (issue, cremation, acceptance)' },
  registeredOn: { zh: '注销登记日期', en: 'registered on' },
  reason: { zh: '注销原因', en: 'reason of cancellation' },
  registration: { zh: '户籍状态', en: 'registration' },
  outcome: { zh: '结果', en: 'outcome' },
  link: { zh: '与本人的对应关系', en: 'link to this person' },
  state: { zh: '状态', en: 'state' },
  status: { zh: '状态', en: 'status' },
  on: { zh: '日期', en: 'day' },
  admittedOn: { zh: '入院日期', en: 'admitted on' },
  dischargedOn: { zh: '出院日期', en: 'discharged on' },
  name: { zh: '姓名', en: 'name' },
  number: { zh: '证件号码', en: 'number' },
  idDocuments: { zh: '证件', en: 'id documents' },
  validity: { zh: '号码校验', en: 'check of the number' },
  domicile: { zh: '户籍登记', en: 'registration on file' },
  birthDate: { zh: '出生日期', en: 'born on' },
  sex: { zh: '性别', en: 'sex' },
  accidentOn: { zh: '事故日期', en: 'accident on' },
  until: { zh: '停工留薪期止', en: 'end of the paid leave' },
  period: { zh: '发放所属期', en: 'period paid for' },
  payments: { zh: '发放记录', en: 'payments' },
  invoiceNo: { zh: '发票号', en: 'invoice number' },
  settlementNo: { zh: '结算编号', en: 'settlement' },
  from: { zh: '起', en: 'from' },
  to: { zh: '止', en: 'to' },
  event: { zh: '登记事项', en: 'event' },
  basis: { zh: '死亡依据', en: 'basis of the death' },
  death: { zh: '死亡记录', en: 'record of a death' },
  stay: { zh: '住院记录', en: 'hospital stay' },
  settledOn: { zh: '结算日期', en: 'settled on' },
  basisConclusionNo: { zh: '所依据的鉴定结论', en: 'conclusion it rests on' },
  fundPaid: { zh: '基金支付', en: 'paid by the fund' },
  asOf: { zh: '核对日期', en: 'day of the check' },
  received: { zh: '收到行数', en: 'rows received' },
  rejected: { zh: '拒收条数', en: 'records rejected' },
  codes: { zh: '代码表', en: 'code table' },
  feeds: { zh: '受影响的规则', en: 'rules that need it' },
  hospital: { zh: '医院', en: 'hospital' },
  'hospital.name': { zh: '医院名称', en: 'hospital' },
  'hospital.code': { zh: '医院编码', en: 'hospital code' },
  identityCheck: { zh: '身份核验', en: 'identity check' },
  mode: { zh: '鉴定方式', en: 'mode of the examination' },
  'match.name': { zh: '姓名匹配', en: 'match of the name' },
  message: { zh: '首条所在的消息', en: 'message of the first' },
  receivedOn: { zh: '收到日期', en: 'received on' },
  deadline: { zh: '法定期限', en: 'statutory time' },
  acceptedOn: { zh: '受理日期', en: 'accepted on' },
  decidedOn: { zh: '认定日期', en: 'recognised on' },
  sentOn: { zh: '寄出日期', en: 'sent on' },
  'recognition.no': { zh: '认定决定书编号', en: 'recognition number' },
  recognitionNo: { zh: '认定决定书编号', en: 'recognition number' },
  conclusion: { zh: '鉴定结论', en: 'conclusion' },
  no: { zh: '结论文号', en: 'conclusion number' },
  grade: { zh: '伤残等级', en: 'grade' },
  care: { zh: '护理依赖程度', en: 'care' },
  'deliveries.person': { zh: '送达本人', en: 'delivery to the person' },
  'deliveries.employer': { zh: '送达用人单位', en: 'delivery to the employer' },
};

/** The field's name for an officer, and the path itself where there is none. */
export function fieldName(path: string): Bilingual {
  const segments = path.split(/[./]/);
  const last = segments.at(-1) ?? path;
  return fields[segments.slice(-2).join('.')] ?? fields[last] ?? { zh: path, en: path };
}

/** What a value of a closed list is called; everything else is shown as it is. */
const values: Record<string, Bilingual> = {
  uncertain: { zh: '不确定', en: 'uncertain' },
  true: { zh: '是', en: 'yes' },
  false: { zh: '否', en: 'no' },
  ...caseStates,
  superseded: { zh: '已被取代', en: 'superseded' },
  suspended: { zh: '已暂停', en: 'suspended' },
  ended: { zh: '已停发', en: 'ended' },
  open: { zh: '尚未出院', en: 'still in hospital' },
  'on-file': { zh: '在册', en: 'on file' },
  over: { zh: '已届满', en: 'over' },
  near: { zh: '将届满', en: 'nearly over' },
  absent: { zh: '查无记录', en: 'not found' },
  'name-differs': { zh: '姓名不符', en: 'the name differs' },
  different: { zh: '不符', en: 'different' },
  active: { zh: '有效', en: 'active' },
  cancelled: { zh: '已注销', en: 'cancelled' },
  death: { zh: '死亡', en: 'death' },
  'court-declared': { zh: '宣告死亡', en: 'declared dead by a court' },
  'moved-out': { zh: '迁出', en: 'moved out' },
  emigrated: { zh: '出国（境）定居', en: 'emigrated' },
  duplicate: { zh: '重复户口', en: 'registered twice' },
  other: { zh: '其他', en: 'other' },
  home: { zh: '医嘱离院', en: 'discharged home' },
  transfer: { zh: '转院', en: 'transferred' },
  community: { zh: '转社区机构', en: 'to a community hospital' },
  'against-advice': { zh: '非医嘱离院', en: 'left against advice' },
  died: { zh: '死亡', en: 'died' },
  'medical-certificate': { zh: '死亡医学证明', en: 'medical certificate' },
  cremation: { zh: '火化', en: 'cremation' },
  'household-cancellation': { zh: '户籍死亡注销', en: 'household cancellation' },
  'hospital-discharge': { zh: '离院死亡', en: 'hospital discharge' },
  court: { zh: '宣告死亡', en: 'court declaration' },
  'benefit-claim': { zh: '待遇申领', en: 'benefit claim' },
  'bad-checksum': { zh: '校验码有误', en: 'bad check digit' },
  'bad-format': { zh: '格式有误', en: 'bad format' },
  'bad-date': { zh: '日期不存在', en: 'no such day' },
  stale: feedStates.stale,
  gap: feedStates.gap,
  down: feedStates.down,
  void: { zh: '已作废', en: 'void' },
  current: { zh: '有效', en: 'current' },
  male: { zh: '男', en: 'male' },
  female: { zh: '女', en: 'female' },
  'face-match': { zh: '人脸比对', en: 'face match' },
  manual: { zh: '人工核验', en: 'by hand' },
  none: { zh: '无', en: 'none' },
  married: { zh: '结婚', en: 'married' },
  divorced: { zh: '离婚', en: 'divorced' },
  partial: { zh: '部分护理依赖', en: 'partial' },
  major: { zh: '大部分护理依赖', en: 'major' },
  total: { zh: '完全护理依赖', en: 'total' },
  below: { zh: '未达到等级', en: 'below the scale' },
};

export function valueName(value: string): Bilingual {
  return Object.hasOwn(values, value) ? (values[value] ?? { zh: value, en: value }) : { zh: value, en: value };
}
