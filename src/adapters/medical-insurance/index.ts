import type { Adapter } from '../adapter.js';
import { enrolments } from './enrolments.js';
import { settlements } from './settlements.js';
import { stays } from './stays.js';

/** Medical insurance (医保): enrolments, stays and settlements. */
const adapter: Adapter = {
  agency: 'medical-insurance',
  title: { zh: '医保', en: 'Medical insurance' },
  feeds: { enrolments, stays, settlements },
};

export default adapter;
