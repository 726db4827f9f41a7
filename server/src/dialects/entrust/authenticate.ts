// `POST /adminapi/authenticate`: an application's id and shared secret for a token of 15 minutes (specification §2).

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GrantToken } from '../../api/authenticate.ts';
import { wholeSeconds } from '../../api/whole-seconds.ts';
import { refuseFaults, wrongCredentials } from './refusals.ts';
import { readerOf, type Named } from './translate/field-reader.ts';
import { readBody } from './translate/read-body.ts';

export const sessionCookie = 'INTELLITRUST_SESSION_ID';

const fields = {
  applicationId: { name: 'applicationId' },
  sharedSecret: { name: 'sharedSecret' },
  enableWebSession: { name: 'enableWebSession' },
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
      creationTime: wholeSeconds(issuedAt),
      expirationTime: wholeSeconds(expiresAt),
    };
  };
}

function readCredentials(bytes: Uint8Array): {
  readonly applicationId: string;
  readonly sharedSecret: string;
  readonly withSession: boolean;
} {
  const reader = readerOf(readBody(bytes));
  reader.required(fields.applicationId);
  reader.required(fields.sharedSecret);
  const applicationId = reader.text(fields.applicationId) ?? '';
  const sharedSecret = reader.text(fields.sharedSecret) ?? '';
  const withSession = reader.boolean(fields.enableWebSession) ?? false;
  refuseFaults(reader.faults);
  return { applicationId, sharedSecret, withSession };
}
