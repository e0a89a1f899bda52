import type { EvidenceKind, Json } from '../model/index.js';

/**
 * Record → evidence, as data. A mapping file is JSON or YAML checked by `mappingSchema`; defaults ship in `src/adapters/<agency>/mappings/`,
 * a city overrides one by a path in its configuration.
 *
 * Pointers: `/a/b` starts at the element that `each` gives; `$/a/b` at the record the envelope gave. Keys match ignoring case and underscores.
 * A segment `*` in `each` runs over an array (a single object counts as an array of one); in `at` it takes the first element that has a value,
 * with `[key=value]` after a segment choosing among siblings.
 */

/** How a raw value is read. */
export type Converter =
  | 'text'
  | 'name'
  | 'id-number'
  /** A day, month or year in any of the formats met; times are dropped, `+0000` is shifted to Asia/Shanghai first. */
  | 'date'
  /** Like `date` but keeps the time where the source has one. */
  | 'date-time'
  | 'instant'
  | 'money'
  | 'integer'
  /** A flag through a code table to true/false. */
  | 'flag'
  /** A code through a table to a plain union value (sex, registration, fund). */
  | 'value'
  /** A code through a table to `Coded`. */
  | 'coded'
  | 'diagnosis-code'
  /** An array of diagnoses: `at` names the array or single text, `parts` the pieces. */
  | 'diagnoses';

/** Where one model field comes from. */
export type FieldMapping =
  | {
      /** One pointer or alternatives; the first that has a value wins. */
      at: string | string[];
      as: Converter;
      /** Name of the code table. Required with `flag`, `value`, `coded`. */
      codes?: string;
      /** With `date-time`: pointer of a separate hour column. */
      hour?: string;
      /** With `diagnoses`: pointers inside one element; a list where one element holds several, one pair of columns each. */
      parts?: DiagnosisParts | DiagnosisParts[];
      /** Values that mean nothing (`-`, `－`, a label used as a placeholder). */
      blank?: string[];
      /** Read only where any one of these holds: the number a refund refers to is nothing on a settlement that is none. */
      onlyIf?: Condition[];
      /** The value where the source leaves the field out (never for an unknown code); `why` says why that is right. */
      otherwise?: Json;
      /** Reason of the rejection where a required field has no value: `admission-not-found`. */
      missing?: string;
      why?: string;
    }
  /** True where any of the conditions holds, else false: a flag that a source tells in several ways, or by filling a field. */
  | { any: Condition[]; why: string }
  /** For `source.recordId` only: pieces of the agency's own key, joined by `/`; a piece without a value stays empty, all empty is no value. */
  | { join: (string | string[])[]; why: string }
  | { absent: true; why: string }
  | { constant: Json; why: string }
  /** For `source.recordId` only: keyed hash of feed, normalised id number and these model fields. */
  | { keyed: string[]; why: string };

/** Pointers of one diagnosis inside its element. */
export interface DiagnosisParts {
  icd10?: string;
  text?: string;
}

/** A condition on a raw value of the element: equal to one of, filled or empty, an amount below zero, a code whose table says true. */
export type Condition =
  | { at: string | string[]; in: string[] }
  | { at: string | string[]; filled: boolean }
  | { at: string | string[]; notIn: string[] }
  | { at: string | string[]; negative: boolean }
  /** Holds where the table gives `true`; an unknown code does not hold and is reported. */
  | { at: string | string[]; codes: string };

/** One kind of evidence out of one record shape. */
export interface RecordMapping {
  /** The kind it gives. */
  kind: EvidenceKind;
  /** Only answers to these operations (`1101`, `InPatientInfoQuery`); absent = any. */
  operations?: string[];
  /** Pointer to the elements inside an envelope record; empty = the record itself. */
  each: string;
  /** All must hold, otherwise the element is not for this record mapping. */
  where?: Condition[];
  /** Any one makes the record void (a D row, a cancelled certificate). */
  void?: Condition[];
  /** Model path (`diedOn`, `hospital.code`, `person.name`) → where it comes from. Virtual: `person.idNumber`, `person.idType`. */
  fields: Record<string, FieldMapping>;
}

/** A mapping file. */
export interface MappingDefinition {
  name: string;
  version: string;
  title: { zh: string; en: string };
  /** Documents or interfaces it was written from, with how sure. */
  source: string;
  records: RecordMapping[];
}

/** A code table: one source's codes to ours. An unmapped code is reported, never guessed. */
export interface CodeTable {
  name: string;
  version: string;
  /** The code system the raw codes belong to. */
  system: string;
  source: string;
  /** Raw code → our value. `null` = known, means nothing to us: left out without being reported. */
  codes: Record<string, string | boolean | null>;
  /** Raw code → the source's own words, for documentation. */
  titles?: Record<string, string>;
}

/** What a row of the city's own systems is about: 工伤认定, 劳动能力鉴定, 工伤待遇 and its payments. */
export type CityRecordKind = 'recognition' | 'appraisal' | 'benefit';

/** One kind of row of the city's own systems; read like evidence, and put into the city's own file. */
export interface CityRecordMapping {
  kind: CityRecordKind;
  /** Pointer to the elements inside an envelope record; empty = the record itself. */
  each: string;
  /** All must hold, otherwise the row is not for this record mapping. */
  where?: Condition[];
  /** Any one takes the row back. */
  void?: Condition[];
  /** Path (`recognition.no`, `person.idNumber`) → where it comes from. `codes` may name an indicator (`ALC060`) whose list the city chooses. */
  fields: Record<string, FieldMapping>;
}

/** A mapping file of the city's own systems. */
export interface CityMapping {
  name: string;
  version: string;
  title: { zh: string; en: string };
  /** Documents or interfaces it was written from, with how sure. */
  source: string;
  records: CityRecordMapping[];
}
