import { expect, test } from 'vitest';
import { isMailAddress } from './mail-address.ts';

test.each([
  'ada@example.com',
  "o'neil+hooks@mail.example",
  'ops@localhost',
  'jürgen@bücher.example',
  'a@[192.0.2.1]',
])('%s is an address', (text) => expect(isMailAddress(text)).toBe(true));

test.each([
  '',
  'ada',
  '@example.com',
  'ada@',
  'ada@example.com\r\nBcc: eve@example.com',
  'ada@example.com, eve@example.com',
  'Ada <ada@example.com>',
  'ada@exa mple.com',
  'ada@\u2028example.com',
  'ada@example.com ',
  'a;b@example.com',
  `${'a'.repeat(65)}@example.com`,
  `ada@${'a'.repeat(260)}`,
  'ada@-example.com',
  'ada@example..com',
  'ada@@example.com',
  'ada@[example]',
])('%j is none', (text) => expect(isMailAddress(text)).toBe(false));
