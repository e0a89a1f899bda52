export * from './document-numbers.js';
export * from './id-number.js';
export * from './key.js';
export * from './match.js';
export * from './name.js';
export * from './neighbours.js';
