import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Fault } from './read.js';

/** Names whose value is a secret: a literal is refused, whatever section it stands in. */
const secretNames =
  /(personkey|appkey|secret|secretkey|signkey|token|password|passwd|passphrase|privatekey|apikey|accesskey|authorization|cookie)$/i;

/** A private key is one by its looks, whatever its name (`tls: { key: … }`). */
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/**
 * A `key` is a secret by where it stands: our own signing keys, the key of the documents. Beside an algorithm that shares its secret
 * (`hmac-sha256`) it is one too, whoever has it; beside any other it is a partner's public key.
 */
const secretPlace = /^\/(?:signing\/\d+|dossier\/documents)\/key$/;

const reference = /\$\{([^}]*)\}/g;

/**
 * Replaces `${NAME}` by the environment and `${file:./path}` by a file's content (one trailing line break cut), and refuses literal secrets.
 * A program (`.mjs`) hands in values it has read itself: there literals are accepted.
 * Returns a new tree; faults carry the place and never the value.
 */
export function resolveSecrets(
  tree: unknown,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
  literals: 'refuse' | 'accept' = 'refuse',
): { value: unknown; faults: Fault[] } {
  const faults: Fault[] = [];
  const expand = (text: string, pointer: string): string =>
    text.replace(reference, (_, name: string) => {
      if (name.startsWith('file:')) {
        const path = name.slice('file:'.length);
        try {
          return readFileSync(resolve(folder, path), 'utf8').replace(/\r?\n$/, '');
        } catch (error) {
          const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
          faults.push({
            pointer,
            message: { zh: `读不到密钥文件 ${path}（${code}）`, en: `cannot read the secret file ${path} (${code})` },
          });
          return '';
        }
      }
      const value = environment[name];
      if (value === undefined || value === '') {
        faults.push({ pointer, message: { zh: `环境变量 ${name} 未设置`, en: `environment variable ${name} is not set` } });
        return '';
      }
      return value;
    });
  const walk = (value: unknown, pointer: string, key: string, isShared = false): unknown => {
    const secret = isSecret(key) || isShared || secretPlace.test(pointer);
    if (typeof value === 'string') {
      if (literals === 'refuse' && ((secret && !/^\$\{[^}]+\}$/.test(value.trim())) || privateKey.test(value))) {
        faults.push({
          pointer,
          message: {
            zh: `密钥不得写在配置文件里，请写作 ${'$'}{环境变量} 或 ${'$'}{file:路径}`,
            en: `a literal secret is refused; write ${'$'}{ENVIRONMENT_VARIABLE} or ${'$'}{file:path}`,
          },
        });
        return '';
      }
      return expand(value, pointer);
    }
    if (typeof value === 'number' && secret && literals === 'refuse') {
      faults.push({ pointer, message: { zh: '密钥不得写在配置文件里', en: 'a literal secret is refused' } });
      return '';
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${pointer}/${index}`, ''));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [
          name,
          walk(item, `${pointer}/${escapeSegment(name)}`, name, name === 'key' && sharesSecret(value)),
        ]),
      );
    }
    return value;
  };
  return { value: walk(tree, '', ''), faults };
}

function sharesSecret(entry: object): boolean {
  return 'algorithm' in entry && typeof entry.algorithm === 'string' && entry.algorithm.startsWith('hmac-');
}

function isSecret(key: string): boolean {
  return secretNames.test(key.replaceAll(/[_-]/g, ''));
}

/** One segment of a JSON Pointer (RFC 6901). */
function escapeSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
