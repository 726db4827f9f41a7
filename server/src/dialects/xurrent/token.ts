// `POST /token`: a client's id and secret for an access token (specification §2.9, OAuth 2.0 client credentials, RFC 6749 §4.4).

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GrantToken } from '../../api/authenticate.ts';
import { secondMs } from '../../domain/clock.ts';
import { Refusal } from '../../domain/refusal.ts';
import { readFields, type Fields } from './rest/fields.ts';

const bodyBytesMax = 16_384;

type OAuthError = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type';

export function tokenRoute(app: FastifyInstance, grantToken: GrantToken): void {
  for (const url of ['/token', '/token.json'])
    app.route({ method: 'POST', url, bodyLimit: bodyBytesMax, handler });

  async function handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    // Credentials in a URL end up in logs.
    if (Object.keys(request.query as object).length > 0)
      return refuse(reply, 'invalid_request', 'Send the parameters in the body, not in the query string');
    const given = await fieldsIn(request);
    if (given === undefined) return refuse(reply, 'invalid_request', 'The body is neither JSON nor a form');
    const { grant_type, client_id, client_secret } = given;
    if (grant_type !== 'client_credentials') {
      const problem = grant_type === undefined ? 'invalid_request' : 'unsupported_grant_type';
      return refuse(reply, problem, 'The grant_type must be client_credentials');
    }
    if (typeof client_id !== 'string' || typeof client_secret !== 'string')
      return refuse(reply, 'invalid_request', 'Send client_id and client_secret');
    return answer(reply, await grantToken(client_id, client_secret, request.ip));
  }
}

/** Undefined for a body that can't be read: this call has its own way to say so. */
async function fieldsIn(request: FastifyRequest): Promise<Fields | undefined> {
  try {
    return await readFields(request);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'bad_request') return undefined;
    throw error;
  }
}

function answer(reply: FastifyReply, granted: Awaited<ReturnType<GrantToken>>) {
  if (granted === undefined) return refuse(reply, 'invalid_client', 'The client id or the secret is wrong');
  const { token, issuedAt, expiresAt } = granted;
  const expires_in = (expiresAt - issuedAt) / secondMs;
  return reply.send({ access_token: token.reveal(), token_type: 'Bearer', expires_in });
}

function refuse(reply: FastifyReply, error: OAuthError, description: string): FastifyReply {
  return reply.code(400).send({ error, error_description: description });
}
