import { YilianError } from '../../errors.js';
import { type ListeningAgency, listening, places } from '../config.js';
import type { Faults } from '../faults.js';
import type { Journal } from '../journal.js';
import type { Registry } from '../registry.js';
import type { Secrets } from '../secrets.js';
import { cremationEndpoint } from './civil-affairs.js';
import { deathCertificateEndpoint } from './death-certificates.js';
import { healthPlatformEndpoint } from './health-platform.js';
import { insuranceEndpoint } from './medical-insurance.js';
import { createPlatform } from './national-platform.js';
import { appraisalEndpoints } from './provincial-appraisal.js';
import { populationEndpoint } from './public-security.js';
import { createAgencyServer, type Endpoint } from './server.js';

/** The five agencies as one thing to start and stop. */
export interface Agencies {
  /** `port` and the following ones; 0 = free ones. Throws ERR_USAGE for one that is taken, with nothing left listening. */
  start(port: number): Promise<Record<ListeningAgency, string>>;
  stop(): Promise<void>;
}

export function createAgencies(setting: {
  registry: Registry;
  secrets: Secrets;
  clock: () => Date;
  faults: Faults;
  journal: Journal;
}): Agencies {
  const { registry, secrets, clock, faults, journal } = setting;
  const { seed } = registry.world;
  const { sids } = places.population;
  const grant = (sid: string, appKey: string, feed: string) => ({ rid: secrets.rid, sid, appKey, feed });
  const police = createPlatform({
    seed,
    clock,
    grants: Object.values(sids).map((sid) => grant(sid, secrets.populationAppKey, 'public-security/population')),
  });
  const ministry = createPlatform({
    seed,
    clock,
    grants: [grant(places.cremations.sid, secrets.cremationAppKey, 'civil-affairs/cremations')],
  });

  const endpoints: Readonly<Record<ListeningAgency, readonly Endpoint[]>> = {
    'public-security': [
      police.endpoint,
      populationEndpoint({
        ...places.population,
        user: secrets.populationUser,
        password: secrets.populationPassword,
        platform: police,
        registry,
        clock,
      }),
    ],
    'civil-affairs': [ministry.endpoint, cremationEndpoint({ ...places.cremations, platform: ministry, registry })],
    health: [
      healthPlatformEndpoint({ ...places.stays, registry, clock }),
      deathCertificateEndpoint({
        ...places.certificates,
        user: secrets.certificateUser,
        password: secrets.certificatePassword,
        registry,
      }),
    ],
    'medical-insurance': [
      insuranceEndpoint({ ...places.insurance, paasid: secrets.insurancePaasid, token: secrets.insuranceToken, registry, clock }),
    ],
    'provincial-appraisal': appraisalEndpoints({
      ...places.appraisals,
      user: secrets.provinceUser,
      password: secrets.provincePassword,
      registry,
    }),
  };
  const servers = listening.map((agency) => ({ agency, server: createAgencyServer(endpoints[agency], faults, journal) }));
  const stop = async () => {
    await Promise.all(servers.map(({ server }) => server.stop()));
  };

  return {
    async start(port) {
      try {
        const origins: [ListeningAgency, string][] = [];
        for (const [index, { agency, server }] of servers.entries())
          origins.push([agency, await server.start(port === 0 ? 0 : port + index)]);
        return Object.fromEntries(origins) as Record<ListeningAgency, string>;
      } catch (error) {
        await stop();
        if (!['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
        throw new YilianError('ERR_USAGE', {
          zh: `端口 ${port} 起的五个端口不能都用（${(error as NodeJS.ErrnoException).code}）`,
          en: `the five ports from ${port} on cannot all be used (${(error as NodeJS.ErrnoException).code})`,
        });
      }
    },
    stop,
  };
}
