import type { Adapter, Feed } from '../adapter.js';
import { tableFileChanges, tableFileSettings } from '../table-file.js';
import { deathCertificates } from './death-certificates.js';
import { defaultDocuments } from './stay-documents.js';
import { lookupStays } from './stays.js';

/** Hospital stays (住院): asked of the regional health platform, or received as files of home pages. Source and quirks: README.md. */
const stays: Feed = {
  title: { zh: '住院信息', en: 'Hospital stays' },
  gives: ['stay'],
  shapes: [
    { envelope: 'hip-message-server', mapping: 'stay-hip' },
    { envelope: 'clinical-document', mapping: 'stay-hip' },
    { envelope: 'table-exchange', mapping: 'stay-hqms' },
  ],
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: {
      since: {
        type: 'string',
        pattern: '^\\d{4}-\\d{2}-\\d{2}$',
        description:
          '出院窗口的最早一天；不填则用询问的起始日 / first day of discharges of interest, besides that of the question',
      },
      lookbackDays: {
        type: 'integer',
        minimum: 1,
        maximum: 36_500,
        default: 400,
        description: '两者都没有时往回看的天数 / days to look back where neither is given',
      },
      admissionDays: {
        type: 'integer',
        minimum: 0,
        maximum: 36_500,
        default: 400,
        description: '入院窗口早于出院窗口的天数 / days the admission window begins before the discharge window',
      },
      documents: {
        type: 'array',
        items: { type: 'string', pattern: '^C\\d{4}$' },
        default: [...defaultDocuments],
        description: '调阅的文档类别；空数组则不调阅 / kinds of documents read; none with an empty list',
      },
      patientIndex: {
        type: 'boolean',
        default: false,
        description:
          '只答复了别人时，先问主索引有无此人 / where only others were answered about, ask the index whether it knows the person: if not, there are no stays',
      },
      ...tableFileSettings,
    },
  },
  lookup: lookupStays,
  changes: tableFileChanges,
};

/** Health (卫健): hospital stays and medical certificates of death. */
const adapter: Adapter = {
  agency: 'health',
  title: { zh: '卫健', en: 'Health' },
  feeds: { stays, 'death-certificates': deathCertificates },
};

export default adapter;
