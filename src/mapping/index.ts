export type * from './context.js';
export * from './engine.js';
export type * from './mapping.js';
