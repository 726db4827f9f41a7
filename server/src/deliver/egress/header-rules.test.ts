import { expect, test } from 'vitest';
import { headerProblems } from './header-rules.ts';

test('ordinary headers pass', () => {
  const headers = {
    'X-Api-Key': 'abc def',
    authorization: 'Bearer x',
    'content-type': 'text/plain',
    'X-Empty': '',
  };
  expect(headerProblems(headers)).toEqual([]);
});

const reserved = `host content-length transfer-encoding connection keep-alive upgrade expect te trailer cookie
  proxy-authorization proxy-connection proxy-anything webhook-id webhook-signature`.split(/\s+/);

test.each(reserved)('INP-09: %s is reserved, in any case', (name) => {
  for (const spelling of [name, name.toUpperCase(), name.replace(/^./, (first) => first.toUpperCase())]) {
    expect(headerProblems({ [spelling]: 'x' })).toMatchObject([
      { pointer: `/${spelling}`, rule: 'reserved' },
    ]);
  }
});

test.each([
  [':authority', 'x', 'name'],
  ['', 'x', 'name'],
  ['X A', 'x', 'name'],
  ['X\r\nY', 'x', 'name'],
  ['X-é', 'x', 'name'],
  ['X-A', 'a\r\nB: c', 'characters'],
  ['X-A', 'a\nb', 'characters'],
  ['X-A', 'a\0b', 'characters'],
  ['X-A', 'é', 'characters'],
  ['X-A', '\u007F', 'characters'],
  ['X-A', ' a', 'characters'],
  ['X-A', 'a\t', 'characters'],
])('INP-09: %j: %j is refused for its %s', (name, value, rule) => {
  expect(headerProblems({ [name]: value })).toMatchObject([{ rule, message: expect.stringMatching(/must/) }]);
});

test('INP-09: a name may be given once, whatever its case, and there may be 32', () => {
  expect(headerProblems({ 'X-A': '1', 'x-a': '2' })).toMatchObject([{ pointer: '/x-a', rule: 'duplicate' }]);
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`X-${at}`, 'v']));
  expect(headerProblems(many(32))).toEqual([]);
  expect(headerProblems(many(33))).toMatchObject([{ pointer: '', rule: 'count' }]);
});

test('INP-09: names and values have at most 4 KiB, in one header or in all together', () => {
  expect(headerProblems({ 'X-A': 'a'.repeat(4_093) })).toEqual([]);
  expect(headerProblems({ 'X-A': 'a'.repeat(4_094) })).toMatchObject([{ pointer: '', rule: 'length' }]);
  expect(headerProblems({ 'X-A': 'a'.repeat(2_100), 'X-B': 'b'.repeat(2_100) })).toMatchObject([
    { pointer: '', rule: 'length' },
  ]);
});

test('every bad header is reported, and no message repeats a value', () => {
  const problems = headerProblems({ Host: 'secret', 'a/b~c': 'secret', 'X-A': 'secret\n' });
  expect(problems.map(({ pointer, rule }) => [pointer, rule])).toEqual([
    ['/Host', 'reserved'],
    ['/a~1b~0c', 'name'],
    ['/X-A', 'characters'],
  ]);
  expect(JSON.stringify(problems)).not.toContain('secret');
});
