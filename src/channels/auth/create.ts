import { YilianError } from '../../errors.js';
import type { Json } from '../../model/json.js';
import type { Auth } from './auth.js';
import { createInsuranceGateway } from './insurance-gateway.js';
import { createNationalPlatform, type NationalPlatformEnvironment } from './national-platform.js';
import { createNone } from './none.js';
import { createUserPassword } from './user-password.js';

/** Everything an auth takes from outside. */
export interface AuthEnvironment extends NationalPlatformEnvironment {
  /** Numbers used once. Default: a random UUID. */
  uuid?: (() => string) | undefined;
}

const text = { type: 'string', minLength: 1 } as const;

/** JSON Schemas (draft 2020-12) of each kind's settings; the configuration is checked against them. */
export const authSchemas = {
  none: { type: 'object', properties: {}, additionalProperties: false },
  'national-platform': {
    type: 'object',
    required: ['rid', 'sid', 'appKey'],
    properties: {
      rid: text,
      sid: text,
      appKey: text,
      tokenUrl: { type: 'string', pattern: '^https?://' },
      tokenPath: { type: 'string', pattern: '^/', default: '/sysapi/auth/refreshappsecret' },
      prefix: { type: 'string', pattern: '^[A-Za-z0-9_-]*$', default: 'gjgxjhpt_' },
      twoStep: { type: 'boolean' },
    },
    additionalProperties: false,
  },
  'insurance-gateway': {
    type: 'object',
    required: ['paasid', 'token'],
    properties: { paasid: text, token: text, serviceId: text },
    additionalProperties: false,
  },
  'user-password': {
    type: 'object',
    required: ['user', 'password'],
    properties: { user: text, password: text },
    additionalProperties: false,
  },
} as const satisfies Readonly<Record<string, Json>>;

export type AuthKind = keyof typeof authSchemas;

/**
 * The auth of a kind with its settings applied. Secrets live in closures: neither errors nor `util.inspect` show them.
 * Throws ERR_CONFIG for an unknown kind or a missing setting, naming it.
 */
export function createAuth(kind: string, settings: Readonly<Record<string, Json>>, environment: AuthEnvironment): Auth {
  const fault = (zh: string, en: string, place: string) =>
    new YilianError('ERR_CONFIG', { zh, en }, { agency: environment.agency, feed: environment.feed, place });
  const isKind = (name: string): name is AuthKind => Object.hasOwn(authSchemas, name);
  if (!isKind(kind)) throw fault(`没有这种签名方式：${kind}`, `there is no auth ${kind}`, '/auth');
  const optional = (name: string): string | undefined => {
    const value = settings[name];
    return typeof value === 'string' ? value : undefined;
  };
  const required = (name: string): string => {
    const value = optional(name);
    if (value === undefined || value === '')
      throw fault(`签名配置缺少 ${name}`, `the auth settings lack ${name}`, `/auth/${kind}/${name}`);
    return value;
  };
  switch (kind) {
    case 'none':
      return createNone();
    case 'national-platform':
      return createNationalPlatform(
        {
          rid: required('rid'),
          sid: required('sid'),
          appKey: required('appKey'),
          tokenUrl: optional('tokenUrl'),
          tokenPath: optional('tokenPath'),
          prefix: optional('prefix'),
          twoStep: typeof settings.twoStep === 'boolean' ? settings.twoStep : undefined,
        },
        environment,
      );
    case 'insurance-gateway':
      return createInsuranceGateway(
        { paasid: required('paasid'), token: required('token'), serviceId: optional('serviceId') },
        environment,
      );
    case 'user-password':
      return createUserPassword({ user: required('user'), password: required('password') });
  }
}
