export type * from './config.js';
export { loadConfig } from './load.js';
export type { Fault } from './read.js';
export { parseDuration, parseHours, parseRate, parseSize } from './units.js';
