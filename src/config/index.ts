export type * from './config.js';
export { loadConfig } from './load.js';
