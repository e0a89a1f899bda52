export type * from './audit-store.js';
export type * from './dossier-store.js';
export { openStore, type StoreEnvironment } from './open.js';
export type * from './store.js';
