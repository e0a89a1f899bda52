import { Ajv2020, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import type {
  AppraisalHistory,
  Bilingual,
  CaseFile,
  CaseImport,
  CheckResult,
  DeathFact,
  DossierManifest,
  DossierReceipt,
  DossierRequest,
  Evidence,
  Explanation,
  Finding,
  FindingRecord,
  Json,
  Person,
  Rejected,
  RunManifest,
} from './model/index.js';
import { faultsOf } from './schema-faults.js';
import { schemaDefinitions, schemaRoots } from './schemas.generated.js';

/**
 * The only door to ajv: does a value have the shape a JSON Schema (draft 2020-12) asks for, and if not, every fault at once with its place, in
 * two languages. The schemas of the common case model are derived from its types at build time.
 */

/** One thing wrong with a value. */
export interface SchemaFault {
  /** JSON Pointer of the faulty, missing or unknown part; empty for the whole value. */
  pointer: string;
  /** Never holds the value itself, which may identify somebody. */
  message: Bilingual;
}

export type Validation<T> = { ok: true; value: T } | { ok: false; faults: SchemaFault[] };

export type Validate<T> = (value: unknown) => Validation<T>;

/** Name of a published schema: `schema/<name>.json`. */
export type SchemaName = keyof typeof schemaRoots;

/**
 * A check against a schema, compiled at its first use. With `useDefaults` the value given back is a copy filled with the schema's defaults.
 * The check throws (plain Error) only where the schema itself is at fault: an unknown keyword, an unknown format, a `required` without its property.
 */
export function compile<T>(schema: Json, options: { useDefaults?: boolean } = {}): Validate<T> {
  const fills = options.useDefaults === true;
  return checked<T>(() => engine(fills).compile(schema as AnySchema), fills);
}

/** The check against a published schema of the model or of the mapping files. */
export function validator<T>(name: SchemaName): Validate<T> {
  return checked<T>(() => engine(false).compile({ $ref: `${modelId}#/$defs/${schemaRoots[name]}` }), false);
}

/** Days that the calendar does not have (30 February) are faults too. */
export const validateCaseFile: Validate<CaseFile> = validator('case-file');
export const validateCaseImport: Validate<CaseImport> = validator('case-import');
export const validateEvidence: Validate<Evidence> = validator('evidence');
export const validatePerson: Validate<Person> = validator('person');
export const validateDeathFact: Validate<DeathFact> = validator('death-fact');
export const validateCheckResult: Validate<CheckResult> = validator('check-result');
export const validateExplanation: Validate<Explanation> = validator('explanation');
export const validateFinding: Validate<Finding> = validator('finding');
export const validateFindingRecord: Validate<FindingRecord> = validator('finding-record');
export const validateRejected: Validate<Rejected> = validator('rejected');
export const validateDossierManifest: Validate<DossierManifest> = validator('dossier-manifest');
export const validateDossierRequest: Validate<DossierRequest> = validator('dossier-request');
export const validateDossierReceipt: Validate<DossierReceipt> = validator('dossier-receipt');
export const validateAppraisalHistory: Validate<AppraisalHistory> = validator('appraisal-history');
export const validateRunManifest: Validate<RunManifest> = validator('run-manifest');

const modelId = 'urn:yilian:model';
const engines = new Map<boolean, Ajv2020>();

/** Made at first use: importing this file costs nothing. `$data` stays off, because a pattern taken from data can be made to hang. */
function engine(useDefaults: boolean): Ajv2020 {
  const known = engines.get(useDefaults);
  if (known !== undefined) return known;
  const made = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, useDefaults });
  ajvFormats.default(made);
  made.addSchema({ $id: modelId, $defs: schemaDefinitions });
  engines.set(useDefaults, made);
  return made;
}

function checked<T>(compiled: () => ValidateFunction, fills: boolean): Validate<T> {
  let check: ValidateFunction | undefined;
  return (value) => {
    check ??= compiled();
    const subject = fills ? structuredClone(value) : value;
    if (check(subject)) return { ok: true, value: subject as T };
    const errors: readonly ErrorObject[] = check.errors ?? [];
    return { ok: false, faults: faultsOf(errors) };
  };
}
