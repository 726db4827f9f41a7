// The web app's files: what is served, for how long it may be kept, and what the pages may do.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PortalFrame } from '../domain/portal-link.ts';
import { answerErrors } from './errors.ts';
import { guardRequests } from './guard-requests.ts';
import { pageRoutes } from './pages.ts';
import { renderProblem } from './problem.ts';

const page = '<!doctype html><title>Posthorn</title>';
const portal = '<!doctype html><title>Portal</title>';
let frames: Record<string, PortalFrame>;
let directory: string;
let app: FastifyInstance;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'posthorn-pages-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), page);
  writeFileSync(join(directory, 'portal.html'), portal);
  frames = {};
  writeFileSync(join(directory, 'theme.js'), 'theme');
  writeFileSync(join(directory, 'assets', 'main-1234.js'), 'script');
  writeFileSync(join(directory, 'assets', 'main-1234.js.gz'), gzipSync('script'));
  app = serving(directory);
});
afterEach(async () => {
  await app.close();
  rmSync(directory, { recursive: true });
});

test.each(['/ui', '/ui/', '/ui/webhooks/wh_1', '/ui/deliveries?state=exhausted'])(
  '%s is the page, asked for anew each time, and lets no script run but the server’s own',
  async (url) => {
    const answer = await app.inject({ url });
    expect(answer).toMatchObject({ statusCode: 200, body: page });
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.headers['cache-control']).toBe('no-cache');
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
  },
);

test('an asset is kept for good, and comes compressed to who takes that', async () => {
  const plain = await app.inject({ url: '/ui/assets/main-1234.js' });
  expect(plain).toMatchObject({ statusCode: 200, body: 'script' });
  expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  const zipped = await app.inject({
    url: '/ui/assets/main-1234.js',
    headers: { 'accept-encoding': 'gzip' },
  });
  expect(zipped.headers['content-encoding']).toBe('gzip');
  expect(zipped.headers['content-type']).toMatch(/javascript/);
});

test('the script of the theme is not kept for good: its name is always the same', async () => {
  const { headers, body } = await app.inject({ url: '/ui/theme.js' });
  expect(body).toBe('theme');
  expect(headers['cache-control']).not.toContain('immutable');
});

test.each([
  '/ui/assets/missing.js',
  '/ui/assets/',
  '/ui/assets/../secret',
  '/ui/secret',
  '/ui/assets/..%2fsecret',
  '/ui/assets/%2e%2e/secret',
  '/ui/assets/..%5csecret',
])('%s is nothing, and nothing outside the assets is reached', async (url) => {
  writeFileSync(join(directory, 'secret'), 'not for you');
  const { statusCode, body } = await app.inject({ url });
  expect(body).not.toContain('not for you');
  expect(statusCode === 200 ? body : page).toBe(page);
});

test.each(['/portal/ptl_1', '/portal/ptl_1/', '/portal/ptl_1/webhooks/wh_1?window=24h'])(
  '%s is the page of portal links, for the frames of its link’s origins alone, with its link’s logo',
  async (url) => {
    frames['ptl_1'] = {
      allowedOrigins: ['https://app.example.com', 'https://acme.example:8443'],
      logoOrigin: 'https://cdn.example.com',
    };
    const answer = await app.inject({ url });
    expect(answer).toMatchObject({ statusCode: 200, body: portal });
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(answer.headers).not.toHaveProperty('x-frame-options');
    const policy = directivesOf(answer.headers['content-security-policy']);
    expect(policy.get('frame-ancestors')).toBe('https://app.example.com https://acme.example:8443');
    expect(policy.get('img-src')).toBe("'self' data: https://cdn.example.com");
  },
);

test('but for frames and the logo, the page of portal links may do no more than the web app', async () => {
  frames['ptl_1'] = { allowedOrigins: ['https://app.example.com'], logoOrigin: 'https://cdn.example.com' };
  const [ours, theirs] = await Promise.all(
    ['/ui/', '/portal/ptl_1'].map(async (url) => {
      const policy = directivesOf((await app.inject({ url })).headers['content-security-policy']);
      return [...policy].filter(([name]) => name !== 'frame-ancestors' && name !== 'img-src');
    }),
  );
  expect(theirs).toEqual(ours);
});

test.each([
  ['without origins', { allowedOrigins: [], logoOrigin: null }, 200],
  ['whose logo is in the link', { allowedOrigins: [], logoOrigin: 'data:' }, 200],
  ['that is over', undefined, 404],
])('the page of a link %s is for no frame, and loads no image from elsewhere', async (_, frame, status) => {
  if (frame !== undefined) frames['ptl_1'] = frame;
  const { statusCode, body, headers } = await app.inject({ url: '/portal/ptl_1' });
  expect([statusCode, body]).toEqual([status, portal]);
  const { headers: strict } = await app.inject({ url: '/ui/' });
  expect(headers['content-security-policy']).toBe(strict['content-security-policy']);
});

test('where the web app is not built, its paths say how to build it', async () => {
  const bare = serving('/nowhere');
  for (const url of ['/ui/', '/portal/ptl_1']) {
    const { statusCode, body } = await bare.inject({ url });
    expect([statusCode, body]).toEqual([404, expect.stringContaining('npm run build:ui')]);
  }
  await bare.close();
});

test('the root of the server leads to the web app', async () => {
  const { statusCode, headers } = await app.inject({ url: '/' });
  expect([statusCode, headers.location]).toEqual([302, '/ui/']);
});

function serving(from: string): FastifyInstance {
  const server = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  guardRequests(server, { draining: () => false, https: false });
  answerErrors(server, () => {}, renderProblem);
  pageRoutes(server, from, async (id) => frames[id]);
  return server;
}

function directivesOf(policy: unknown): ReadonlyMap<string, string> {
  return new Map(
    String(policy)
      .split('; ')
      .map((directive) => {
        const [name = '', ...values] = directive.split(' ');
        return [name, values.join(' ')];
      }),
  );
}
