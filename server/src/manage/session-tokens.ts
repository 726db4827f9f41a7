// Session tokens, which browsers bring as a cookie: signed, not stored. A token says whose session it is, in which tenant
// the user acts, and until when it is good.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { User } from '../domain/access.ts';
import { isId, type IdPrefix } from '../domain/id.ts';
import { Secret } from '../domain/secret.ts';
import type { Session } from '../domain/session.ts';

type Holder = Pick<User, 'id' | 'passwordHash'>;

export interface SessionTokens {
  /** A token such as `SESSION.USER.HOME.TENANT.SIGNED_IN.EXPIRY.SIGNATURE`, good for as long as the user keeps the password. */
  issue(session: Session, user: Holder): Secret;
  /** Whether the token is one that was issued to this user for the password that they have. */
  verify(token: string, user: Holder): boolean;
}

/** What a text says that has the form of a token; it holds once the signature is verified. Undefined for all others. */
export function readSession(token: string): Session | undefined {
  const parts = token.split('.');
  const [id = '', userId = '', homeTenantId = '', tenantId = '', signedInAt = '', expiresAt = ''] = parts;
  const ids: readonly (readonly [IdPrefix, string])[] = [
    ['ses', id],
    ['usr', userId],
    ['tnt', homeTenantId],
    ['tnt', tenantId],
  ];
  const hasForm =
    parts.length === 7 &&
    ids.every(([prefix, text]) => isId(prefix, text)) &&
    [signedInAt, expiresAt].every((text) => /^\d{1,15}$/.test(text));
  if (!hasForm) return undefined;
  return {
    id,
    userId,
    homeTenantId,
    tenantId,
    signedInAt: Number(signedInAt),
    expiresAt: Number(expiresAt),
  };
}

/** Tokens of one key: those of another installation are none here. */
export function makeSessionTokens(key: Uint8Array): SessionTokens {
  /** The hash of the password is signed too, so that every session ends with the password. */
  function sign(session: Session, { passwordHash }: Holder): string {
    const { id, userId, homeTenantId, tenantId, signedInAt, expiresAt } = session;
    const claims = [id, userId, homeTenantId, tenantId, signedInAt, expiresAt].join('.');
    return `${claims}.${createHmac('sha256', key).update(`${claims}.${passwordHash}`).digest('base64url')}`;
  }

  return {
    issue: (session, user) => new Secret(sign(session, user)),

    verify(token, user) {
      const session = readSession(token);
      if (session?.userId !== user.id) return false;
      const [given, right] = [Buffer.from(token), Buffer.from(sign(session, user))];
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}
