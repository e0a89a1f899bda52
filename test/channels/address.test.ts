import { describe, expect, it } from 'vitest';
import { checkHeaders, readAddress } from '../../src/channels/address.js';
import { surroundings } from '../../src/channels/environment.js';

const { fail } = surroundings({ clock: () => new Date(0) });
const codeOf = (act: () => unknown) => {
  try {
    act();
    return 'nothing thrown';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('the base address', () => {
  it.each([
    ['http://gw.example/httpproxy', {}, '/httpproxy'],
    ['http://gw.example/httpproxy', { path: '' }, '/httpproxy'],
    ['http://gw.example/httpproxy', { path: 'a/b' }, '/httpproxy/a/b'],
    ['http://gw.example/httpproxy/', { path: '/a' }, '/httpproxy/a'],
    ['http://gw.example', {}, '/'],
    ['http://gw.example', { path: 'a' }, '/a'],
    ['http://gw.example/x?fixed=1', { query: { 姓名: '张 三&' } }, '/x?fixed=1&%E5%A7%93%E5%90%8D=%E5%BC%A0%20%E4%B8%89%26'],
    ['http://gw.example/s', { path: 'q.asmx?op=Query', query: { a: '1' } }, '/s/q.asmx?op=Query&a=1'],
    ['http://gw.example/s', { path: 'a%20b' }, '/s/a%20b'],
    ['http://gw.example/s', { path: '查询' }, '/s/%E6%9F%A5%E8%AF%A2'],
  ])('%s with %j asks %s', (base, request, target) => {
    expect(readAddress(base, fail).target(request)).toBe(target);
  });

  it.each([
    '..',
    '../admin',
    'a/../../b',
    './a',
    '//evil.example/a',
    'http://evil.example/',
    'HTTPS:evil',
    'file:///etc/passwd',
    '%2e%2e/admin',
    '%2E%2E%2Fadmin',
    'a/%252e%252e/b',
    '/%2f%2fevil.example'.slice(1),
    'a\\..\\b',
    '\\\\evil.example',
    'a\r\nX: y',
    'a%0d%0aX',
    'a#b',
    'a?b?c',
    '%zz',
  ])('is not left by the path %j', (path) => {
    expect(codeOf(() => readAddress('http://gw.example/base', fail).target({ path }))).toBe('ERR_USAGE');
  });

  it.each([
    '',
    'gw.example',
    'ftp://gw.example',
    'http://user:secret@gw.example',
    'http://gw.example/#x',
    'http://gw.example//a',
  ])('%j is a fault of the configuration', (base) => {
    expect(codeOf(() => readAddress(base, fail))).toBe('ERR_CONFIG');
  });

  it('half a character in a parameter is refused, naming the parameter only', () => {
    expect(codeOf(() => readAddress('http://gw.example', fail).target({ query: { name: '\ud800' } }))).toBe('ERR_INPUT');
  });
});

describe('headers', () => {
  it.each([
    [{ 'X-Name': '张三' }],
    [{ 'X-Name': 'a\r\nX-Other: b' }],
    [{ 'X Name': 'a' }],
    [{ 'X-名': 'a' }],
    [{ host: 'evil.example' }],
    [{ 'Transfer-Encoding': 'chunked' }],
    [{ 'content-length': '0' }],
  ])('%j cannot be sent', (headers) => {
    expect(codeOf(() => checkHeaders(headers, 'ERR_INPUT', fail))).toBe('ERR_INPUT');
  });

  it('as protocols have them can be sent', () => {
    expect(codeOf(() => checkHeaders({ SOAPAction: '""', 'x-tif-paasid': 'a', gjgxjhpt_rid: 'b@c' }, 'ERR_INPUT', fail))).toBe(
      'nothing thrown',
    );
  });
});
