import { type IdFacts, idFacts, parseIdDocument } from '../../identity/index.js';
import type { Bilingual, Claim, IdDocument } from '../../model/index.js';
import { maskIdNumber } from '../../redact.js';
import { cityClaim } from '../claims.js';
import { compareTexts } from '../current.js';
import { interval, isSameDay } from '../dates.js';
import { file } from '../example.js';
import type { PersonFile } from '../person-file.js';
import { notApplicable } from '../reasons.js';
import type { PersonRule, RuleFinding } from '../rule.js';
import { joined } from '../texts.js';

interface Fault {
  text: Bilingual;
  claims: Claim[];
}

const faulty: Readonly<Record<string, Bilingual>> = {
  'bad-checksum': { zh: '居民身份证号码校验码不符', en: 'the check digit of the resident id is wrong' },
  'bad-format': { zh: '居民身份证号码位数或字符不符', en: 'the resident id has not the form of one' },
  'bad-date': { zh: '居民身份证号码中没有这样的出生日期', en: 'the resident id holds a day that does not exist' },
};

const rule: PersonRule = {
  scope: 'person',
  id: 'invalid-id-number',
  version: '1',
  severity: 'medium',
  title: { zh: '居民身份证号码有误', en: 'Faulty resident id number' },
  description: {
    zh: '本人居民身份证号码的校验码、格式或日期有误，或者号码中的出生日期、性别与登记的不符。',
    en: 'The resident id of the person has a wrong check digit, form or date, or its birth date or sex contradicts what is on file.',
  },
  feeds: [],
  parameters: {},
  basis: ['GB 11643-1999《公民身份号码》', '劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十二条'],
  action: 'ask-applicant',
  readsDeathFact: false,
  notApplicable: ({ subject }) => (subject.idDocuments.length === 0 ? notApplicable('no-id-document') : undefined),

  check({ file: { subject } }) {
    // Of one number that stands twice the same is said whichever came first.
    const findings = subject.idDocuments
      .filter((document) => document.type === 'resident-id')
      .toSorted((one, other) => compareTexts(JSON.stringify(one), JSON.stringify(other)))
      .map((document) => findingOf(subject, document))
      .filter((finding) => finding !== undefined);
    return { findings, doubts: [] };
  },

  examples: [
    {
      name: { zh: '校验码不符', en: 'the check digit is wrong' },
      file: file({ subject: { idDocuments: [{ type: 'resident-id', number: '370799196001010019', validity: 'bad-checksum' }] } }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '未校验过的号码现在校验', en: 'a number not checked so far is checked now' },
      file: file({ subject: { idDocuments: [{ type: 'resident-id', number: '370799196001010019', validity: 'not-checked' }] } }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '出生日期与号码差一天', en: 'the birth date is one day off' },
      file: file({ subject: { birthDate: '1960-01-02' } }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '性别与号码相反', en: 'the sex is the other one' },
      file: file({ subject: { sex: 'female' } }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '登记的出生年份不是号码中的年份', en: 'the year of birth on file is another' },
      file: file({ subject: { birthDate: '1961' } }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '登记的出生年月包含号码中的日期', en: 'a coarse birth date contains the one of the number' },
      file: file({ subject: { birthDate: '1960-01' } }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '性别未知', en: 'the sex is unknown' },
      file: file({ subject: { sex: 'unknown' } }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '由15位升级的号码', en: 'a number upgraded from 15 digits' },
      file: file({
        subject: { idDocuments: [{ type: 'resident-id', number: '370799196001010018', validity: 'upgraded-15' }] },
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '护照不校验', en: 'a passport is not checked' },
      file: file({ subject: { idDocuments: [{ type: 'passport', number: 'E00000001', validity: 'not-checked' }] } }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '没有证件号码', en: 'no identity document' },
      file: file({ subject: { idDocuments: [] } }),
      expect: { outcome: 'not-applicable', reason: 'no-id-document' },
    },
  ],
};

export default rule;

function findingOf(subject: PersonFile['subject'], document: IdDocument): RuleFinding | undefined {
  const place = `idDocuments/${maskIdNumber(document.number)}`;
  const validity =
    document.validity === 'not-checked' ? parseIdDocument(document.number, 'resident-id').validity : document.validity;
  const written = idFacts(document);
  const faults = [
    faultOfNumber(subject, place, validity),
    faultOfBirth(subject, place, written),
    faultOfSex(subject, place, written),
  ].filter((fault) => fault !== undefined);
  if (faults.length === 0) return undefined;
  return {
    severity: 'medium',
    explanation: joined(faults.map((fault) => fault.text)),
    claims: [
      cityClaim(subject.key, `${place}/number`, maskIdNumber(document.number)),
      ...faults.flatMap((fault) => fault.claims),
    ],
    about: [place],
    rests: [],
  };
}

function faultOfNumber(subject: PersonFile['subject'], place: string, validity: string): Fault | undefined {
  const text = faulty[validity];
  return text && { text, claims: [cityClaim(subject.key, `${place}/validity`, validity)] };
}

/** A coarse birth date contradicts only as a whole. */
function faultOfBirth(subject: PersonFile['subject'], place: string, written: IdFacts): Fault | undefined {
  const [said, read] = [interval(subject.birthDate), interval(written.birthDate)];
  if (said === undefined || read === undefined || isSameDay(said, read) !== 'no') return undefined;
  const [onFile, inNumber] = [subject.birthDate ?? '', written.birthDate ?? ''];
  return {
    text: {
      zh: `登记的出生日期为 ${onFile}，身份证号码中为 ${inNumber}`,
      en: `the birth date on file is ${onFile}, in the number ${inNumber}`,
    },
    claims: [cityClaim(subject.key, 'birthDate', onFile), cityClaim(subject.key, `${place}/birthDate`, inNumber)],
  };
}

const sexes = { male: { zh: '男', en: 'male' }, female: { zh: '女', en: 'female' } } as const;

function faultOfSex(subject: PersonFile['subject'], place: string, { sex: written }: IdFacts): Fault | undefined {
  const said = subject.sex;
  if ((said !== 'male' && said !== 'female') || written === undefined || said === written) return undefined;
  return {
    text: {
      zh: `登记的性别为${sexes[said].zh}，身份证号码中为${sexes[written].zh}`,
      en: `the sex on file is ${sexes[said].en}, in the number ${sexes[written].en}`,
    },
    claims: [cityClaim(subject.key, 'sex', said), cityClaim(subject.key, `${place}/sex`, written)],
  };
}
