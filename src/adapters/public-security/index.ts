import type { Adapter } from '../adapter.js';
import { population } from './population.js';

/** Public security (公安): the population register. */
const adapter: Adapter = {
  agency: 'public-security',
  title: { zh: '公安', en: 'Public security' },
  feeds: { population },
};

export default adapter;
