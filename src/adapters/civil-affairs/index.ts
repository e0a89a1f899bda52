import type { Adapter } from '../adapter.js';
import { cremations } from './cremations.js';

/** Civil affairs (民政): funerals. */
const adapter: Adapter = {
  agency: 'civil-affairs',
  title: { zh: '民政', en: 'Civil affairs' },
  feeds: { cremations },
};

export default adapter;
