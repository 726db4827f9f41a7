import { describe, expect, test } from 'vitest';
import {
  frameOf,
  logoBytesMax,
  portalPermissions,
  themeProblems,
  usualPortalPermissions,
  type PortalTheme,
} from './portal-link.ts';

const plain: PortalTheme = { title: null, accentColor: null, logoUrl: null, allowedOrigins: [] };
const pointersOf = (theme: Partial<PortalTheme>) =>
  themeProblems({ ...plain, ...theme }).map(({ pointer }) => pointer);

describe('a logo', () => {
  test.each([
    ['https://cdn.example.com/logo.png?v=1', 'https://cdn.example.com'],
    ['https://cdn.example.com:8443/a%20b', 'https://cdn.example.com:8443'],
    ['https://[2001:db8::1]/', 'https://[2001:db8::1]'],
    ['data:image/png;base64,iVBORw0KGgo=', 'data:'],
    ['data:image/svg+xml;base64,PHN2Zy8+', 'data:'],
  ])('%s comes from %s, and from nowhere else', (logoUrl, logoOrigin) => {
    expect(pointersOf({ logoUrl })).toEqual([]);
    expect(frameOf({ theme: { ...plain, logoUrl } })).toEqual({ allowedOrigins: [], logoOrigin });
  });

  test.each([
    'http://cdn.example.com/logo.png',
    'https://user:pass@cdn.example.com/',
    'https://*.example.com/logo.png',
    "https://example.com;script-src'unsafe-inline'/",
    'https://a,b/',
    'https://exa mple.com/',
    'https://example.com/\nx',
    'javascript:alert(1)',
    '//cdn.example.com/logo.png',
    'data:text/html;base64,PHNjcmlwdD4=',
    'data:image/png,raw',
    'data:image/png;base64,a b',
    `data:image/png;base64,${'A'.repeat(logoBytesMax)}`,
    '',
  ])('%j is none', (logoUrl) => {
    expect(pointersOf({ logoUrl })).toEqual(['/logoUrl']);
  });
});

describe('an origin that may frame', () => {
  test.each([
    'https://app.example.com',
    'https://app.example.com:8443',
    'http://localhost:5173',
    'http://127.0.0.1',
    'http://[::1]:3000',
  ])('%s is one', (origin) => {
    expect(pointersOf({ allowedOrigins: [origin] })).toEqual([]);
  });

  test.each([
    'http://app.example.com',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://App.example.com',
    'https://app.example.com:443',
    'https://*.example.com',
    'https://a;b',
    'https://user@app.example.com',
    'https://',
    'null',
    '*',
    "'self'",
    'data:',
  ])('%s is none', (origin) => {
    expect(pointersOf({ allowedOrigins: ['https://ok.example', origin] })).toEqual(['/allowedOrigins/1']);
  });
});

test.each(['#0a1B2c', '#abc', 'red', '#12345g', '#1234567', '123456', '#123456;'])(
  '%s is no colour',
  (accentColor) => expect(pointersOf({ accentColor })).toEqual(['/accentColor']),
);

test('no permission of a link reaches beyond the events and webhooks of a tenant', () => {
  expect(portalPermissions).toHaveLength(16);
  expect(portalPermissions.join()).not.toMatch(/TENANTS|SYSTEM|PRINCIPALS|ROLES|APIKEYS|AUDIT|PORTALLINKS/);
  expect(usualPortalPermissions).toEqual([
    'WEBHOOKS:VIEW',
    'WEBHOOKS:ADD',
    'WEBHOOKS:EDIT',
    'WEBHOOKS:REMOVE',
    'EVENTS:VIEW',
    'EVENTTYPES:VIEW',
    'DELIVERIES:VIEW',
    'DELIVERIES:ADD',
    'DELIVERIES:EDIT',
    'DELIVERIES:REMOVE',
  ]);
});
