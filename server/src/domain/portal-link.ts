// A portal link: lets whoever holds it work in one tenant for a short while, on a page that looks like the operator's product.

import { allPermissions, type Permission } from './access.ts';
import type { Instant } from './clock.ts';
import type { Id } from './id.ts';
import type { FieldProblem } from './refusal.ts';
import type { TenantId } from './tenant.ts';

export type PortalLink = {
  readonly id: Id;
  readonly tenantId: TenantId;
  readonly permissions: readonly Permission[];
  /** SHA-256 of its token in hex. */
  readonly hash: string;
  readonly theme: PortalTheme;
  readonly expiresAt: Instant;
  readonly createdAt: Instant;
  readonly createdBy: string;
};

/** How the page looks, and who may put it into a frame. */
export type PortalTheme = {
  readonly title: string | null;
  /** `#rrggbb` in lower case. */
  readonly accentColor: string | null;
  /** An `https:` URL, or an image as `data:`. */
  readonly logoUrl: string | null;
  /** Origins of the pages that may show it in a frame; none lets nobody. */
  readonly allowedOrigins: readonly string[];
};

/** What the headers of the page must allow. */
export type PortalFrame = {
  readonly allowedOrigins: readonly string[];
  /** Where its logo comes from: an origin, `data:`, or null without one. */
  readonly logoOrigin: string | null;
};

/** All that a link can ever allow: whatever is said otherwise, it reaches neither other tenants nor the installation. */
export const portalPermissions: readonly Permission[] = allPermissions.filter((permission) =>
  /^(WEBHOOKS|EVENTS|EVENTTYPES|DELIVERIES):/.test(permission),
);

export const usualPortalPermissions: readonly Permission[] = portalPermissions.filter(
  (permission) => /^(WEBHOOKS|DELIVERIES):/.test(permission) || permission.endsWith(':VIEW'),
);

/** Whether a text has the form of a link's token, which nobody guesses: 256 random bits. */
export function isPortalToken(token: string): boolean {
  return /^phl_[\w-]{43}$/.test(token);
}

export const logoBytesMax = 49_152;
export const titleLengthMax = 80;

/** What is wrong with a theme. Its texts end up in the headers of a page, so that nothing but what is asked for may be in them. */
export function themeProblems({ accentColor, logoUrl, allowedOrigins }: PortalTheme): FieldProblem[] {
  return [
    ...(accentColor === null || /^#[0-9a-f]{6}$/.test(accentColor)
      ? []
      : [
          {
            pointer: '/accentColor',
            rule: 'format',
            message: 'A colour is #rrggbb in lower-case hex digits',
          },
        ]),
    ...(logoUrl === null || originOfLogo(logoUrl) !== null
      ? []
      : [
          {
            pointer: '/logoUrl',
            rule: 'format',
            message: `A logo is an https URL, or data:image/… of PNG, JPEG, GIF, WebP or SVG in base64, at most ${logoBytesMax} characters`,
          },
        ]),
    ...allowedOrigins.flatMap((origin, index) =>
      isFrameOrigin(origin)
        ? []
        : [
            {
              pointer: `/allowedOrigins/${index}`,
              rule: 'format',
              message:
                'An origin is https://HOST or https://HOST:PORT, nothing behind it; http only for localhost',
            },
          ],
    ),
  ];
}

export function frameOf({ theme }: Pick<PortalLink, 'theme'>): PortalFrame {
  const { allowedOrigins, logoUrl } = theme;
  return { allowedOrigins, logoOrigin: logoUrl === null ? null : originOfLogo(logoUrl) };
}

const dataImage = /^data:image\/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;

/** Null for what can't be a logo. */
function originOfLogo(text: string): string | null {
  if (text.length > logoBytesMax) return null;
  if (dataImage.test(text)) return 'data:';
  const url = /^https:\/\/[!-~]+$/.test(text) ? URL.parse(text) : null;
  const isPlain = url !== null && url.username === '' && url.password === '' && isPlainHost(url);
  return isPlain ? url.origin : null;
}

function isFrameOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.origin !== text || !isPlainHost(url)) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal(url));
}

/** A name or address; URLs allow hosts with `*`, `;` and `,` too, which mean something of their own in headers. */
function isPlainHost({ hostname }: URL): boolean {
  return /^([a-z0-9_-]+\.)*[a-z0-9_-]+\.?$|^\[[0-9a-f:]+\]$/.test(hostname);
}

function isLocal({ hostname }: URL): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}
