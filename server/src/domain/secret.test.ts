// A secret shows itself to who asks for it by name, and to nobody else.

import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import pino from 'pino';
import { expect, test } from 'vitest';
import { Secret } from './secret.ts';

const value = 'whsec_c3VwZXItc2VjcmV0LXZhbHVlLW9mLXRlc3Q=';
const secret = new Secret(value);
const around = { webhook: { signing: { keys: [{ secret }] } } };

function printed(print: (console: Console) => void): string {
  const chunks: string[] = [];
  const stream = new Writable({ write: (chunk, _, done) => (chunks.push(String(chunk)), done()) });
  print(new Console(stream, stream));
  return chunks.join('');
}

function logged(log: (logger: pino.Logger) => void): string {
  const lines: string[] = [];
  log(pino({}, { write: (line) => void lines.push(line) }));
  return lines.join('');
}

test.each<[string, () => string]>([
  ['String()', () => String(secret)],
  ['a template', () => `it is ${secret as unknown as string}`],
  ['concatenation', () => 'the secret is ' + (secret as unknown as string)],
  ['joining', () => [secret].join()],
  ['JSON', () => JSON.stringify(around)],
  ['JSON of itself', () => JSON.stringify(secret)],
  ['inspect', () => inspect(around, { depth: null })],
  ['inspect of hidden things', () => inspect(secret, { showHidden: true, depth: null, getters: true })],
  ['inspect without customs', () => inspect(secret, { customInspect: false, showHidden: true })],
  ['inspect in a map', () => inspect(new Map([['a', secret]]))],
  ['format %s', () => format('%s', secret)],
  ['format %o %O %j %d %i', () => format('%o %O %j %d %i', secret, secret, secret, secret, secret)],
  ['console.log', () => printed((to) => to.log(secret, around))],
  ['console.dir', () => printed((to) => to.dir(around, { depth: null, showHidden: true }))],
  ['console.table', () => printed((to) => to.table([{ secret }]))],
  ['pino', () => logged((logger) => logger.info({ secret, around }, 'a %s and %o', secret, secret))],
  ["an error's cause", () => inspect(new Error('bad', { cause: around }), { depth: null })],
  ["an error's cause in pino", () => logged((logger) => logger.error(new Error('bad', { cause: around })))],
  ['a clone', () => JSON.stringify(structuredClone({ secret }))],
  ['its members', () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret)])],
  ['a copy', () => inspect(Object.assign({}, secret))],
  ['an error message', () => new Error(`no use for ${secret as unknown as string}`).stack!],
])('%s does not print it', (_, print) => {
  const text = print();
  expect(text).not.toBe('');
  expect(text).not.toContain(value);
  expect(text).not.toContain('c3VwZXIt');
});

test('it says what it is', () => {
  expect([String(secret), JSON.stringify({ secret }), inspect(secret)]).toEqual([
    '[secret]',
    '{"secret":"[secret]"}',
    '[secret]',
  ]);
});

test('it gives its value to who asks by name', () => {
  expect(secret.reveal()).toBe(value);
  expect(secret.readable).toBe(true);
  expect(new Secret('').reveal()).toBe('');
  expect(new Secret('').readable).toBe(true);
});

test('SEC-03: one that could not be decrypted says so and has no value', () => {
  const unreadable = Secret.unreadable();
  expect(unreadable.readable).toBe(false);
  expect(() => unreadable.reveal()).toThrow('the secret is unreadable');
  expect(String(unreadable)).toBe('[secret]');
});
