import type { AuditEntry, AuditRecord } from '../model/index.js';

/**
 * The audit log as those see it who write into it. It fails closed: where `append` throws (ERR_AUDIT) what was to be noted does not happen,
 * and nothing of it is told or kept.
 */
export interface AuditLog {
  append(entry: AuditEntry): Promise<AuditRecord>;
}
