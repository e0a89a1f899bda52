import { benefitStories } from './benefits.js';
import { caseStories } from './cases.js';
import { comingStories } from './coming.js';
import { deathStories } from './deaths.js';
import { hospitalStories } from './hospital.js';
import { identityStories } from './identity.js';
import { linkageStories } from './linkage.js';
import { moneyStories } from './money.js';
import { quietCaseStories } from './quiet-cases.js';
import { quietDeathStories } from './quiet-deaths.js';
import { quietMoneyStories } from './quiet-money.js';
import { quietPeopleStories } from './quiet-people.js';
import { quietSettlementStories } from './quiet-settlements.js';
import { quietStayStories } from './quiet-stays.js';
import { reappraisalStories } from './reappraisals.js';
import { retractionStories } from './retractions.js';
import { settlementStories } from './settlements.js';
import type { Story } from './story.js';
import { untellableStories } from './untellable.js';

export type { Story, StoryFinding } from './story.js';

/** Every planted story, each told once whatever the size of the city: anomalies, look-alikes, what cannot be told, what the next days bring. */
export const stories: readonly Story[] = [
  ...identityStories,
  ...deathStories,
  ...retractionStories,
  ...hospitalStories,
  ...moneyStories,
  ...caseStories,
  ...quietPeopleStories,
  ...quietDeathStories,
  ...quietStayStories,
  ...quietMoneyStories,
  ...quietCaseStories,
  ...untellableStories,
  ...comingStories,
  ...settlementStories,
  ...quietSettlementStories,
  ...benefitStories,
  ...linkageStories,
  ...reappraisalStories,
];
