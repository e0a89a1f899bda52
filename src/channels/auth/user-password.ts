import type { Auth } from './auth.js';

/** An account issued to the system, as MDEML and RBSP-like services want it; the envelope knows where it stands. */
export interface UserPasswordSettings {
  user: string;
  password: string;
}

/** Gives the fields `user` and `password`. */
export function createUserPassword({ user, password }: UserPasswordSettings): Auth {
  return { id: 'user-password', fields: async () => ({ user, password }) };
}
