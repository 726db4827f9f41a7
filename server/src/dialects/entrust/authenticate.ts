// `POST /adminapi/authenticate`: an application's id and shared secret for a token of 15 minutes (specification §2).

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GrantToken } from '../../api/authenticate.ts';
import { refuseFaults, wrongCredentials } from './refusals.ts';
import { readerOf, type Named } from './translate/field-reader.ts';
import { readBody } from './translate/read-body.ts';
import { wireTime } from './translate/webhook-out.ts';

export const sessionCookie = 'INTELLITRUST_SESSION_ID';

const fields = {
  applicationId: { name: 'applicationId', aliases: [] },
  sharedSecret: { name: 'sharedSecret', aliases: [] },
  enableWebSession: { name: 'enableWebSession', aliases: [] },
} as const satisfies Record<string, Named>;

export type AuthenticateCallParts = {
  readonly grantToken: GrantToken;
  readonly tokenLifetimeS: number;
  /** Whether clients come over https: the cookie is theirs only then. */
  readonly isSecure: () => boolean;
};

/** With a web session, every later call brings its cookie beside the token; the cookie alone is good for nothing. */
export function makeAuthenticateCall({ grantToken, tokenLifetimeS, isSecure }: AuthenticateCallParts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<object> => {
    const { applicationId, sharedSecret, withSession } = readCredentials(request.bytes);
    const terms = { lifetimeS: tokenLifetimeS, withSession };
    const granted = await grantToken(applicationId.toLowerCase(), sharedSecret, request.ip, terms);
    if (granted === undefined) throw wrongCredentials();
    const { token, session, issuedAt, expiresAt } = granted;
    if (session !== null) {
      const secure = isSecure() ? '; Secure' : '';
      const attributes = `Path=/; HttpOnly${secure}; SameSite=Lax`;
      void reply.header('set-cookie', `${sessionCookie}=${session.reveal()}; ${attributes}`);
    }
    return {
      authToken: token.reveal(),
      creationTime: wireTime(issuedAt),
      expirationTime: wireTime(expiresAt),
    };
  };
}

function readCredentials(bytes: Uint8Array): {
  readonly applicationId: string;
  readonly sharedSecret: string;
  readonly withSession: boolean;
} {
  const reader = readerOf(readBody(bytes));
  const [applicationId = '', sharedSecret = ''] = [fields.applicationId, fields.sharedSecret].map((named) => {
    if (reader.raw(named) === undefined) return reader.fail(named.name, 'missing', 'is required');
    return reader.text(named);
  });
  const withSession = reader.boolean(fields.enableWebSession) ?? false;
  refuseFaults(reader.faults);
  return { applicationId, sharedSecret, withSession };
}
