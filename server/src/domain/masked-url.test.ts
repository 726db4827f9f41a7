import { expect, test } from 'vitest';
import { maskedUrl } from './masked-url.ts';

test('a URL without secrets stays byte for byte', () => {
  for (const url of ['https://a.example/x?b=1&&c&=d', 'https://a.example/%zz?%zz=1', 'https://a.example/']) {
    expect(maskedUrl(url)).toBe(url);
  }
});
