import { expect, test } from 'vitest';
import { requestTarget } from './target.ts';

test.each([
  ['https://example.com', '/'],
  ['https://example.com?a', '/?a'],
  ['https://example.com:8443/hook?a=b/c?d#e/f', '/hook?a=b/c?d'],
  ['https://example.com/hook?', '/hook?'],
  ['https://example.com/hook?#there', '/hook?'],
  ['https://me:pa%2Fss@[2001:db8::1]/a b', '/a%20b'],
  ['http://example.com//a', '//a'],
])('of %s %s is asked for', (url, target) => {
  expect(requestTarget(new URL(url))).toBe(target);
});
