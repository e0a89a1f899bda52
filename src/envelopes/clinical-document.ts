import { clinicalDocumentRecord, isClinicalDocument } from './cda.js';
import type { Envelope, EnvelopeFamily, Opened } from './envelope.js';
import { unknownEnvelope, unreadable } from './fault.js';
import { readSettings, type SettingValues, settingsSchema, text } from './settings.js';
import { readMessage } from './soap.js';
import { decodeText, glimpse } from './text.js';
import { payloadLimits, xmlTree } from './xml.js';

/** A clinical document (共享文档, WS/T 500) as a file of its own: C0032, C0035, C0036, C0049, C0050, C0053 and their kin; health-insurance 3. */

const list = {
  encoding: text('', '没有标注时的编码 / encoding where nothing says it'),
};

function open(settings: SettingValues<typeof list>, bytes: Uint8Array, contentType: string | undefined): Opened {
  const decoded = decodeText(bytes, { contentType, configured: settings.encoding || undefined });
  if (!decoded.ok) return unreadable(decoded.fault);
  const document = readMessage(decoded.text, payloadLimits);
  if (!document.ok) return unreadable(document.fault, decoded.warnings);
  const warnings = [...decoded.warnings, ...document.warnings];
  const { root } = document;
  if (!isClinicalDocument(root)) return unreadable(unknownEnvelope('clinical-document'), warnings);
  return { status: 'ok', records: [clinicalDocumentRecord(root)], warnings, decoded: () => xmlTree(root) };
}

const family: EnvelopeFamily = {
  id: 'clinical-document',
  title: { zh: '卫生信息共享文档（CDA）', en: 'Clinical document (CDA)' },
  recognises: (bytes) => /<(?:[A-Za-z0-9_-]+:)?ClinicalDocument[\s>]/.test(glimpse(bytes)),
  settings: settingsSchema(list),
  create: (given): Envelope => {
    const settings = readSettings(list, given);
    return { id: 'clinical-document', open: (bytes, hints) => open(settings, bytes, hints?.contentType) };
  },
};
export default family;
