/**
 * Yilian (一链): a city's labour-capacity appraisal centre (劳动能力鉴定中心) exchanges data with five agencies and cross-checks what they say.
 *
 * A finding is a lead for a person to verify; an agency that is down never makes anybody clear; nothing is guessed.
 */
export type { Adapter, CallContext, Feed, Lookup, LookupAnswer, Receipt } from './adapters/adapter.js';
export type { CityImport, CitySource } from './cases/city-import.js';
export type { Config } from './config/index.js';
export type {
  DossierClient,
  DossierClientOptions,
  DossierHandlerOptions,
  DossierPartner,
  ReceivedDossier,
} from './dossier/index.js';
export { createDossierClient, createDossierHandler, nodeServerOptions, toNodeListener, verifyDossier } from './dossier/index.js';
export { type ErrorCode, errorCodes, isYilianError, YilianError } from './errors.js';
export { createExchange, type Exchange, type LookupAsk, type PushAsk } from './exchange.js';
export type { CityExchange, CorrectedDossiers, PrefillAsk, PrefillContext } from './exchange-city.js';
export type { BuildDossierAsk, BuiltDossier, DossierExchange, DossierServing } from './exchange-dossier.js';
export { compareNames, createKeys, normaliseName, parseIdDocument } from './identity/index.js';
export type * from './model/index.js';
export { type MaterialsAsk, materials } from './procedure/materials.js';
export { prefillOf } from './procedure/prefill.js';
export { type SessionAsk, sessionPlan } from './procedure/session.js';
export { type CheckOptions, check } from './reconcile/check.js';
export type { DecideAsk, ReleaseAsk } from './reconcile/decide.js';
export type { Progress, RunOutcome } from './reconcile/run.js';
export { maskIdNumber, maskName, redact } from './redact.js';
export { version } from './version.js';
