import { expect, test } from 'vitest';
import { maskedQuery, maskedUrl } from './masked-url.ts';

test('a URL without secrets stays byte for byte', () => {
  for (const url of ['https://a.example/x?b=1&&c&=d', 'https://a.example/%zz?%zz=1', 'https://a.example/']) {
    expect(maskedUrl(url)).toBe(url);
  }
});

test.each([
  ['https://a.example/x', 'https://a.example/x'],
  ['https://a.example/x?b=1&c=2&d=', 'https://a.example/x?b=****&c=****&d=****'],
  ['https://a.example/x?s3cret', 'https://a.example/x?****'],
  ['https://a.example/x?s3cret&a=1&&', 'https://a.example/x?****&a=****&&'],
  ['https://a.example/x?a=b=c?d', 'https://a.example/x?a=****'],
])('no value of the query of %s is told, not even one without a name', (url, masked) => {
  expect(maskedQuery(url)).toBe(masked);
});
