export type * from './case-file.js';
export * from './days.js';
export type * from './evidence.js';
export type * from './finding.js';
export type * from './json.js';
export type * from './person.js';
export type * from './primitives.js';
export * from './regions.js';
export type * from './run.js';
