// What `/portal-links` takes and answers.

import { Type, type Static } from 'typebox';
import {
  logoBytesMax,
  portalPermissions,
  titleLengthMax,
  usualPortalPermissions,
} from '../../../domain/portal-link.ts';
import { closed, nullable, oneOf, Time } from '../wire/schemas.ts';

export const expiresInSDefault = 3_600;
const expiresInSMin = 60;
const expiresInSMax = 86_400;

const Permissions = Type.Array(oneOf(portalPermissions), {
  uniqueItems: true,
  description: 'Yours or fewer, of webhooks, deliveries, events and event types only.',
});

const theme = {
  title: nullable(Type.String({ minLength: 1, maxLength: titleLengthMax, examples: ['Acme webhooks'] })),
  accentColor: nullable(Type.String({ description: '`#rrggbb`.', examples: ['#2f6fed'] })),
  logoUrl: nullable(
    Type.String({
      maxLength: logoBytesMax,
      description: 'An https URL, or an image as `data:image/…;base64,…` (PNG, JPEG, GIF, WebP or SVG).',
    }),
  ),
  allowedOrigins: Type.Array(Type.String({ maxLength: 255, examples: ['https://app.example.com'] }), {
    maxItems: 20,
    description:
      'Origins of the pages that may show it in a frame: `https://HOST[:PORT]`, `http` for localhost only. None lets nobody.',
  }),
};

export const PortalLinkIn = closed(
  {
    tenantId: Type.Optional(
      Type.String({ description: 'Whose people it is for; another tenant than your own needs permissions.' }),
    ),
    expiresInS: Type.Optional(
      Type.Integer({ minimum: expiresInSMin, maximum: expiresInSMax, default: expiresInSDefault }),
    ),
    permissions: Type.Optional(
      Type.Unsafe<Static<typeof Permissions>>({ ...Permissions, default: usualPortalPermissions }),
    ),
    title: Type.Optional(theme.title),
    accentColor: Type.Optional(theme.accentColor),
    logoUrl: Type.Optional(theme.logoUrl),
    allowedOrigins: Type.Optional(theme.allowedOrigins),
  },
  {
    title: 'Portal link to create',
    examples: [
      { tenantId: 'tnt_01jd9z3k5n8q2r4t6v8w0xyzab', accentColor: '#2f6fed', title: 'Acme webhooks' },
    ],
  },
);

const members = {
  id: Type.String(),
  ...theme,
  permissions: Permissions,
  expiresAt: Time,
  createdAt: Time,
  createdBy: Type.String(),
};

export const PortalLinkOut = closed(members, { $id: 'PortalLink' });

export const PortalLinkWithUrl = closed(
  {
    ...members,
    url: Type.String({
      format: 'uri',
      description:
        'Where to send the person or point the frame: behind the `#` stands the token, in this answer only. It is not in the answer to a repeated request.',
    }),
  },
  { $id: 'PortalLinkWithUrl' },
);

export const CurrentPortalLink = closed(
  {
    id: Type.String(),
    title: theme.title,
    accentColor: theme.accentColor,
    logoUrl: theme.logoUrl,
    tenant: closed({ id: Type.String(), name: Type.String() }),
    permissions: Type.Array(Type.String(), { description: 'What the caller may do.' }),
    expiresAt: Time,
  },
  { $id: 'CurrentPortalLink' },
);
