import type { Adapter } from '../adapter.js';
import { appraisals } from './appraisals.js';

/** Provincial appraisal (省级劳动能力鉴定): history, changes and pushes. EXAMPLE: the real interface is not public. */
const adapter: Adapter = {
  agency: 'provincial-appraisal',
  title: { zh: '省级劳动能力鉴定', en: 'Provincial appraisal' },
  feeds: { appraisals },
};

export default adapter;
