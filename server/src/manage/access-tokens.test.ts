import { expect, test } from 'vitest';
import { makeAccessTokens, readClaims } from './access-tokens.ts';

const key = Buffer.alloc(32, 1);
const client = { clientId: '7f1dc0b4-9c0e-4a37-b0f6-0f7f2b3c4d5e', secretHash: 'ab'.repeat(32) };
const expiresAt = 1_800_000_000_000;
const tokens = makeAccessTokens(key);
const token = tokens.issue(client, expiresAt).reveal();

test('a token is recognised, says whose it is and until when, and fits into an Authorization header', () => {
  expect(token).toMatch(/^pha_[\w.-]+$/);
  expect(readClaims(token)).toEqual({ clientId: client.clientId, expiresAt, needsSession: false });
  expect(tokens.verify(token, client)).toBe(true);
  for (const other of ['', 'pha_', 'phk_abc', 'pha_a.1', `x${token}`, `${token} `]) {
    expect([other, readClaims(other)]).toEqual([other, undefined]);
  }
});

test('a token with any character changed, cut or added is none', () => {
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === '1' ? '2' : '1';
    expect(tokens.verify(token.slice(0, at) + other + token.slice(at + 1), client)).toBe(false);
    expect(tokens.verify(token.slice(0, at), client)).toBe(false);
    expect(tokens.verify(token.slice(0, at) + token.slice(at + 1), client)).toBe(false);
  }
  for (const longer of [`${token}A`, `${token}.`, `${token}=`, ` ${token}`, token.toUpperCase()]) {
    expect(tokens.verify(longer, client)).toBe(false);
  }
});

test('a longer life written over the old one is refused', () => {
  const longer = token.replace(String(expiresAt), String(expiresAt + 1));
  expect(readClaims(longer)).toMatchObject({ expiresAt: expiresAt + 1 });
  expect(tokens.verify(longer, client)).toBe(false);
  expect(tokens.verify(token.replace(String(expiresAt), `0${expiresAt}`), client)).toBe(false);
});

test('a token is good for its own client and secret only, and under the key that it was signed with', () => {
  expect(tokens.verify(token, { ...client, secretHash: 'cd'.repeat(32) })).toBe(false);
  expect(tokens.verify(token, { ...client, clientId: 'another' })).toBe(false);
  expect(makeAccessTokens(Buffer.alloc(32, 2)).verify(token, client)).toBe(false);
  expect(makeAccessTokens(key).verify(token, client)).toBe(true);
});

test('a token in the hands of a log is not told', () => {
  expect(JSON.stringify(tokens.issue(client, expiresAt))).toBe('"[secret]"');
});

test('a token of a session is good together with that session only, and the session alone is no token', () => {
  const { token: bound, session } = tokens.issueWithSession(client, expiresAt);
  const [text, cookie] = [bound.reveal(), session.reveal()];
  expect(readClaims(text)).toEqual({ clientId: client.clientId, expiresAt, needsSession: true });
  expect(tokens.verify(text, client, cookie)).toBe(true);
  const others = [undefined, '', 'x', `${cookie}x`, cookie.toLowerCase(), tokens.issue(client, 1).reveal()];
  for (const other of others) expect(tokens.verify(text, client, other)).toBe(false);
  expect(tokens.verify(text.replace(/^phs_/, 'pha_'), client)).toBe(false);
  expect(tokens.verify(token.replace(/^pha_/, 'phs_'), client, cookie)).toBe(false);
  expect(readClaims(cookie)).toBeUndefined();
  expect(tokens.verify(token, client, 'any session')).toBe(true);
});
