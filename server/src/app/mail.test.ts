import { expect, test } from 'vitest';
import { defaultSender } from './mail.ts';

test.each([
  ['https://hooks.example.com/base', 'machine', 'posthorn@hooks.example.com'],
  ['http://192.0.2.1:8480', 'machine', 'posthorn@[192.0.2.1]'],
  ['http://[2001:db8::1]:8480', 'machine', 'posthorn@[IPv6:2001:db8::1]'],
  [null, 'machine', 'posthorn@machine'],
  [null, "Ada's laptop", 'posthorn@localhost'],
])('mails of %j on %s come from %s', (publicUrl, machine, address) => {
  expect(defaultSender(publicUrl, machine)).toBe(`Posthorn <${address}>`);
});
