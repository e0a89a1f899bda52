import type { Auth } from './auth.js';

/** Nothing is signed: the network says who we are. */
export function createNone(): Auth {
  return { id: 'none', fields: async () => ({}) };
}
