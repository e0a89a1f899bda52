export { openStore, type StoreEnvironment } from './open.js';
export type * from './store.js';
