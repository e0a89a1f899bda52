import { createHash } from 'node:crypto';
import type { CaseDocument, CaseFile, DossierItemKind } from '../../src/model/index.js';

/**
 * What the checklist must say, written from the specification of the dossier alone and before there was code: a table of questions to the case,
 * answered in another way than the code does.
 */

export type BytesOf = (document: CaseDocument) => 'absent' | 'deferred' | Uint8Array;

export interface Expected {
  status: 'included' | 'deferred' | 'missing' | 'withheld';
  /** SHA-256 of the scans, in order of the case. */
  scans: string[];
  /** Has it a document of facts? */
  facts: boolean;
}

const order: DossierItemKind[] = [
  'id-document',
  'application',
  'recognition-decision',
  'medical-records',
  'exam-reports',
  'review-form',
  'exam-identity-check',
  'conclusion',
  'deliveries',
  'prior-appraisals',
  'open-findings',
];

const scanKind: Partial<Record<DossierItemKind, CaseDocument['kind']>> = {
  'id-document': 'id-card',
  application: 'application',
  'recognition-decision': 'recognition-decision',
  'medical-records': 'medical-record',
  'exam-reports': 'exam-report',
  'review-form': 'review-form',
  conclusion: 'conclusion',
};

export function expectedChecklist(
  file: CaseFile,
  ask: { conclusionNo: string; items?: readonly DossierItemKind[]; scope: readonly DossierItemKind[] },
  bytesOf: BytesOf,
): [DossierItemKind, Expected][] {
  const held = file.cases.find((item) => item.conclusions.some(({ no, level }) => level === 'city' && no === ask.conclusionNo));
  if (held === undefined) throw new Error('the oracle knows no such conclusion');
  return order.map((kind) => {
    const nothing = { scans: [], facts: false };
    if (!ask.scope.includes(kind)) return [kind, { status: 'withheld', ...nothing }];
    if (ask.items !== undefined && !ask.items.includes(kind)) return [kind, { status: 'withheld', ...nothing }];

    const named = held.documents.filter((document) => document.kind === scanKind[kind]);
    const answers = named.map((document) => ({ document, bytes: bytesOf(document) }));
    const scans = answers.flatMap(({ document, bytes }) =>
      bytes instanceof Uint8Array && createHash('sha256').update(bytes).digest('hex') === document.sha256
        ? [document.sha256]
        : [],
    );
    const facts =
      {
        'id-document': false,
        application: false,
        'recognition-decision': held.recognition !== undefined,
        'medical-records': (held.recognition?.diagnoses.length ?? 0) + (held.recognition?.parts.length ?? 0) > 0,
        'exam-reports': false,
        'review-form': held.panel !== undefined,
        'exam-identity-check': held.exams.length > 0,
        conclusion: true,
        deliveries: held.deliveries.length > 0,
        // That there is none is an answer too.
        'prior-appraisals': true,
        'open-findings': true,
      }[kind] ?? false;
    const distinct = [...new Set(scans)];
    const found = { scans: distinct, facts };
    if (answers.some(({ bytes }) => bytes === 'deferred')) return [kind, { status: 'deferred', ...found }];
    // The papers themselves are asked for: diagnoses alone are no medical records, and a panel no review form.
    const needsScan = ['id-document', 'application', 'medical-records', 'exam-reports', 'review-form'].includes(kind);
    const lacks =
      scans.length < named.length || (needsScan && named.length === 0) || (!needsScan && !facts && named.length === 0);
    return [kind, { status: lacks ? 'missing' : 'included', ...found }];
  });
}
