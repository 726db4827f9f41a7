// `X-Hub-Signature`: the vectors of the wire, an independent verifier, and what a receiver refuses.

import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Secret } from '../domain/secret.ts';
import { hubSignatureHeaders, verifyHubSignature } from './hub-signature.ts';

const pageUpdated =
  '{"timestamp":1768246501113,"event":"page_updated","userKey":"ff8081819ba46873019ba46aefbb0000","page":{"id":1015809},"updateTrigger":"edit_page"}';
const pageCreated =
  '{"timestamp":1768241233603,"event":"page_created","userKey":"ff8081819ba46873019ba46aefbb0000","page":{"id":1015810}}';

test.each([
  [
    'a-secret-string',
    '{"test": true}',
    14,
    '7a9b111a81a6265de250eb946d64c8eff8f2c46b79d7b47cd437c1b56d8dd1cc',
  ],
  [
    'a-secret-string',
    '{"test":true}',
    13,
    'da9158da8e4a06f02439849507315e028ea3765b0b86b4006de1ad1828602d2f',
  ],
  ['a-secret-string', pageUpdated, 145, 'fc5cf7d64cbee37ac094581adbe2c675a2cbf3985bbe0bdd531b5b7d454f70f8'],
  [
    'geheimer-Schlüssel',
    pageCreated,
    117,
    'f762b9c012bfca86b1fefd7c87bb5d71caa461ddafa0f08c8b3b1b6bfed91a3e',
  ],
])('secret %s over %s is signed as the original does', (text, body, length, hex) => {
  const bytes = Buffer.from(body);
  expect(bytes).toHaveLength(length);
  expect(hubSignatureHeaders(bytes, new Secret(text))).toEqual({ 'X-Hub-Signature': `sha256=${hex}` });
  expect(verifyHubSignature(`sha256=${hex}`, bytes, new Secret(text))).toBe(true);
});

test('any secret and any body are signed as an independent verifier computes it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.uint8Array(), (text, body) => {
      const expected = createHmac('sha256', text).update(body).digest('hex');
      expect(hubSignatureHeaders(body, new Secret(text))['X-Hub-Signature']).toBe(`sha256=${expected}`);
    }),
  );
});

const body = Buffer.from('{"test": true}');
const secret = new Secret('a-secret-string');
const good = hubSignatureHeaders(body, secret)['X-Hub-Signature']!;

test.each([
  ['nothing', undefined],
  ['an empty header', ''],
  ['a repeated header', [good, good]],
  ['a joined header', `${good}, ${good}`],
  ['another algorithm', good.replace('sha256=', 'sha1=')],
  ['no algorithm', good.slice('sha256='.length)],
  ['too few digits', good.slice(0, -2)],
  ['too many digits', `${good}00`],
  ['a wrong digit', good.slice(0, -1) + (good.endsWith('0') ? '1' : '0')],
  ['no digits', `sha256=${'z'.repeat(64)}`],
  ['a line break', `${good}\n`],
])('SIG-05: %s is refused without an exception', (_, header) => {
  expect(verifyHubSignature(header, body, secret)).toBe(false);
});

test('one byte more in the body, or another secret, does not fit', () => {
  expect(verifyHubSignature(good, Buffer.from('{"test":true}'), secret)).toBe(false);
  expect(verifyHubSignature(good, body, new Secret('a-secret-strinG'))).toBe(false);
});
