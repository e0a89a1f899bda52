import type { Registry } from '../registry.js';
import type { Endpoint } from './server.js';

export interface AppraisalOptions {
  path: string;
  user: string;
  password: string;
  registry: Registry;
}

export function appraisalEndpoints(options: AppraisalOptions): Endpoint[] {
  return options.path === '' ? [] : [];
}
