import type { Feed } from '../adapter.js';
import { lookupEach } from '../answers.js';
import { askAgency } from '../call.js';
import { wholeNumber } from '../numbers.js';
import { tableFileChanges, tableFileSettings } from '../table-file.js';

/**
 * Medical certificates of death (居民死亡医学证明): asked by name and number over MDEML, or received as files of an exchanged table or of report
 * cards. An empty MDEML answer is absence only where the source covers the person's region. Source and quirks: README.md.
 */
export const deathCertificates: Feed = {
  title: { zh: '死亡医学证明', en: 'Medical certificates of death' },
  gives: ['death'],
  shapes: [
    { envelope: 'mdeml', mapping: 'death-certificate-mdeml' },
    { envelope: 'table-exchange', mapping: 'death-certificate-table' },
    { envelope: 'json-rows', mapping: 'death-certificate-card' },
    { envelope: 'table-exchange', mapping: 'death-report-export' },
  ],
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: { ...tableFileSettings },
  },

  lookup(ask, connection, context) {
    return lookupEach(ask, connection, context, async (person) => {
      // The request calls the number GMSFZH, the answer GMSFHM.
      const parameters = { GMSFZH: wholeNumber(person) ?? '', XM: person.name.trim() };
      return { replies: [await askAgency(connection, { operation: 'getSwyxzmInfo', parameters }, context)] };
    });
  },

  changes: tableFileChanges,
};
