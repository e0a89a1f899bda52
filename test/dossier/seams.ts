import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { createFolderDocuments, type DocumentRef } from '../../src/dossier/index.js';
import type { Exchange } from '../../src/exchange.js';
import type { AuditRecord, CaseImport, MarriageEvidence } from '../../src/model/index.js';
import type { DossierDelivery } from '../../src/store/dossier-store.js';

/** The few places where the suite reaches behind the protocol: to put things in, and to look at what the city keeps. */
export interface Behind {
  handler(request: Request): Promise<Response>;
  putDocument(document: DocumentRef, bytes: Buffer): Promise<void>;
  /** The city corrects its file, as it would in the morning: imports the line, and makes new versions of what has changed. */
  correct(line: CaseImport): Promise<void>;
  married(caseNo: string, spouse: { name: string; idNumber: string }): Promise<void>;
  deliveries(id: string): Promise<DossierDelivery[]>;
  /** Every record, as the database has it. */
  audit(): AuditRecord[];
  /** From now on nothing can be added to the audit log; gives the mend. */
  breakAudit(): () => void;
}

export function openDossiers(
  exchange: Exchange,
  folder: string,
  options: { now: () => Date; deferred: (caseNo: string) => string | undefined },
): Behind {
  const { dossier } = exchange.config;
  if (dossier === undefined) throw new Error('no dossier is configured');
  const documents = createFolderDocuments(dossier.documents);
  const database = <T>(use: (db: InstanceType<typeof Database>) => T): T => {
    const db = new Database(join(folder, 'state', 'yilian.db'));
    try {
      db.exec('PRAGMA busy_timeout = 10000');
      return use(db);
    } finally {
      db.close();
    }
  };
  return {
    handler: exchange.dossierHandler({
      documents: {
        ...documents,
        read: async (document) => {
          const until = options.deferred(document.caseNo);
          return until === undefined ? documents.read(document) : { state: 'deferred', until };
        },
      },
    }),
    putDocument: (document, bytes) => documents.write(document, bytes),
    async correct(line) {
      const path = join(folder, 'correction.jsonl');
      writeFileSync(path, `${JSON.stringify(line)}\n`);
      await exchange.importCases([path]);
      await exchange.reviseDossiers();
    },
    async married(caseNo, spouse) {
      const { subject } = await exchange.caseFile(caseNo);
      const at = options.now().toISOString();
      const evidence: MarriageEvidence = {
        kind: 'marriage',
        event: 'married',
        on: '2010-10-01',
        status: 'current',
        spouse,
        person: { idDocuments: subject.idDocuments, name: subject.name },
        link: { level: 'exact', reasons: ['number'] },
        source: {
          agency: 'civil-affairs',
          feed: 'marriages',
          recordId: 'M1',
          receivedAt: at,
          message: { id: 'm1', sha256: '00' },
        },
      };
      await exchange.store.receive({
        run: 'run-1',
        agency: 'civil-affairs',
        feed: 'marriages',
        connection: '',
        at,
        messages: [],
        evidence: [{ personKey: subject.key, evidence }],
        rejected: [],
        unknownCodes: [],
        rows: 1,
        sieved: 0,
      });
    },
    deliveries: (id) => exchange.store.dossiers.deliveries(id),
    audit: () =>
      database((db) => db.prepare('SELECT content FROM audit_records ORDER BY seq').all() as { content: string }[]).map(
        ({ content }) => JSON.parse(content) as AuditRecord,
      ),
    breakAudit() {
      database((db) => db.exec("CREATE TRIGGER full BEFORE INSERT ON audit_records BEGIN SELECT RAISE(ABORT, 'full'); END"));
      return () => database((db) => void db.exec('DROP TRIGGER full'));
    },
  };
}
