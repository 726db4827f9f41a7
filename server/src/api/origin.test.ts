import { describe, expect, test } from 'vitest';
import { refuseOtherOrigin, refuseOtherSite } from './origin.ts';

const host = 'posthorn.example:8480';
type Headers = Readonly<Record<string, string>>;

function isRefused(act: () => void): boolean {
  try {
    act();
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'forbidden' });
    return true;
  }
}

const ofSession = (method: string, headers: Headers) =>
  isRefused(() => refuseOtherOrigin({ method, headers: { host, ...headers } }));
const ofOthers = (method: string, headers: Headers) =>
  isRefused(() => refuseOtherSite({ method, headers: { host, ...headers } }, 'do it'));

const table: readonly (readonly [Headers, 'own' | 'other' | 'none'])[] = [
  [{ 'sec-fetch-site': 'same-origin' }, 'own'],
  [{ 'sec-fetch-site': 'same-site' }, 'other'],
  [{ 'sec-fetch-site': 'cross-site' }, 'other'],
  [{ 'sec-fetch-site': 'none' }, 'none'],
  [{ 'sec-fetch-site': '' }, 'other'],
  [{ 'sec-fetch-site': 'same-origin, cross-site' }, 'other'],
  [{ 'sec-fetch-site': 'cross-site', origin: `http://${host}` }, 'other'],
  [{ origin: `http://${host}` }, 'own'],
  [{ origin: `https://${host}` }, 'own'],
  [{ origin: 'http://posthorn.example' }, 'other'],
  [{ origin: 'http://posthorn.example:8481' }, 'other'],
  [{ origin: 'http://evil.posthorn.example:8480' }, 'other'],
  [{ origin: `http://${host}.evil.example` }, 'other'],
  [{ origin: 'null' }, 'other'],
  [{ origin: '' }, 'other'],
  [{}, 'none'],
];

describe.each(table)('AUT-10: %j', (headers, origin) => {
  test('changes something by a session only from a page of ours', () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      expect(ofSession(method, headers)).toBe(origin !== 'own');
    }
  });

  test('looks something up by a session unless a page of another origin asks', () => {
    for (const method of ['GET', 'HEAD']) expect(ofSession(method, headers)).toBe(origin === 'other');
  });

  test('changes something by other means unless a page of another origin asks', () => {
    expect(ofOthers('POST', headers)).toBe(origin === 'other');
    for (const method of ['GET', 'HEAD']) expect(ofOthers(method, headers)).toBe(false);
  });
});
