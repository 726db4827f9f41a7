import { expect, test } from 'vitest';
import { newSession } from '../domain/session.ts';
import { newId } from '../storage/contract/given.ts';
import { makeSessionTokens, readSession } from './session-tokens.ts';

const key = Buffer.alloc(32, 1);
const user = { id: newId('usr'), tenantId: newId('tnt'), passwordHash: '$argon2id$…' };
const session = { ...newSession(user, newId('ses'), 1_800_000_000_000), tenantId: newId('tnt') };
const tokens = makeSessionTokens(key);
const token = tokens.issue(session, user).reveal();

test('a token says its session whole, and fits into a cookie', () => {
  expect(token).toMatch(/^[\w.-]+$/);
  expect(readSession(token)).toEqual(session);
  expect(tokens.verify(token, user)).toBe(true);
});

test('a text of another form is no session', () => {
  const [, ...rest] = token.split('.');
  const others = [
    '',
    '......',
    'phk_abc',
    `x${token}`,
    `${token}.`,
    rest.join('.'),
    `usr_1.${rest.join('.')}`,
  ];
  for (const other of others) expect([other, readSession(other)]).toEqual([other, undefined]);
});

test('a token with any character changed, cut or added is none', () => {
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === '1' ? '2' : '1';
    expect(tokens.verify(token.slice(0, at) + other + token.slice(at + 1), user)).toBe(false);
    expect(tokens.verify(token.slice(0, at), user)).toBe(false);
    expect(tokens.verify(token.slice(0, at) + token.slice(at + 1), user)).toBe(false);
  }
  for (const longer of [`${token}A`, `${token}=`, ` ${token}`, token.replace('.1800', '.01800')]) {
    expect(tokens.verify(longer, user)).toBe(false);
  }
});

test('a token is good for its own user and password only, and under the key that it was signed with', () => {
  expect(tokens.verify(token, { ...user, passwordHash: 'another' })).toBe(false);
  expect(tokens.verify(token, { ...user, id: newId('usr') })).toBe(false);
  expect(makeSessionTokens(Buffer.alloc(32, 2)).verify(token, user)).toBe(false);
  expect(makeSessionTokens(key).verify(token, user)).toBe(true);
});

test('a token in the hands of a log is not told', () => {
  expect(JSON.stringify(tokens.issue(session, user))).toBe('"[secret]"');
});
