// `/session`: a person signs in, is told who they are and what they may do, acts in another tenant, changes the password,
// and signs out.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { sessionTokenOf } from '../../../api/authenticate.ts';
import { refuseOtherSite } from '../../../api/origin.ts';
import { allPermissions, type Caller } from '../../../domain/access.ts';
import { isId } from '../../../domain/id.ts';
import { invalid, notFound, Refusal } from '../../../domain/refusal.ts';
import { Secret } from '../../../domain/secret.ts';
import type { Session } from '../../../domain/session.ts';
import type { HeldSession } from '../../../manage/sessions.ts';
import { empty, named, openOperation, operation } from '../operation.ts';
import type { NativeParts } from '../parts.ts';
import { closed, nullable, oneOf } from '../wire/schemas.ts';
import { showTimeOrNull } from '../wire/times.ts';
import { isSecure, noSessionCookie, sessionCookie, sessionCookieName } from './session-cookie.ts';

const Password = Type.String({ maxLength: 1_024 });
const SignInBody = closed(
  { username: Type.String({ maxLength: 255, examples: ['ada'] }), password: Password },
  { title: 'Username and password' },
);
const TenantChoice = closed(
  { tenantId: Type.String({ description: 'Your own, or one that you may view.' }) },
  { title: 'Tenant to act in' },
);
const PasswordChange = closed(
  { currentPassword: Password, newPassword: Type.String({ description: '8 to 128 characters.' }) },
  { title: 'Change of your password' },
);

const TenantName = closed({ id: Type.String(), name: Type.String() });

export const SessionOut = closed(
  {
    principal: closed({
      id: Type.String(),
      kind: oneOf(['user', 'client', 'api-key', 'portal-link']),
      name: Type.String({ description: "A user's username, or what the client, key or link is called." }),
      displayName: Type.String(),
    }),
    tenant: closed(TenantName.properties, { description: 'In which you act.' }),
    homeTenant: closed(TenantName.properties, { description: 'To which you belong.' }),
    permissions: Type.Array(oneOf(allPermissions), {
      description: 'What you may do in `tenant`, as of now.',
    }),
    expiresAt: nullable(
      Type.String({ format: 'date-time', description: 'When the session ends; null without one.' }),
    ),
    version: Type.String({ description: 'Of Posthorn.' }),
    publicUrl: Type.String({ description: 'Where people reach Posthorn.' }),
  },
  { $id: 'Session' },
);

const tags = ['Session'] as const;
const answer = { 200: named('Session', 'Who you are, with the cookie in `Set-Cookie`') };
const bySession =
  'Only with the cookie of a session, and from a page of ours: `Sec-Fetch-Site: same-origin`, or `Origin` with our host.';

type Parts = Pick<NativeParts, 'sessions' | 'provePassword' | 'clock' | 'version' | 'publicUrl'>;

/** Open to everybody: who signs in has no session yet. */
export function signInRoute(app: FastifyInstance, parts: Parts): void {
  const answerWith = answering(parts);

  app.post(
    '/session',
    openOperation('signIn', {
      summary: 'Sign in',
      description:
        "Answers a session's cookie, which stands for the user as of now: for 12 hours after it was renewed last, and at most 7 days. Wrong attempts have to wait, as with HTTP Basic.",
      tags,
      body: SignInBody,
      response: answer,
    }),
    async (request, reply) => {
      refuseOtherSite(request, 'sign anybody in');
      const { username, password } = request.body as Static<typeof SignInBody>;
      const proven = await parts.provePassword(username, password, request.ip);
      const held = proven ? await parts.sessions.begin(username, password) : undefined;
      if (held === undefined) throw new Refusal('unauthenticated', 'The credentials are not right');
      return answerWith(request, reply, held);
    },
  );
}

export function sessionRoutes(app: FastifyInstance, parts: Parts): void {
  const { sessions, provePassword, publicUrl } = parts;
  const answerWith = answering(parts);

  app.get(
    '/session',
    operation('getSession', {
      summary: 'Who you are and what you may do',
      description: 'For every caller. Renews a session that was not renewed for an hour.',
      tags,
      response: answer,
    }),
    async (request, reply) => {
      const token = tokenOf(request);
      if (token === undefined) return show(parts, request.caller, null);
      return answerWith(request, reply, await sessions.renew(token));
    },
  );

  app.patch(
    '/session',
    operation('updateSession', {
      summary: 'Act in another tenant, or at home again',
      description: `Who may view tenants enters any. There they have the permissions of their role, except that what concerns tenants and the system is only viewed; who may not edit tenants views everything only. ${bySession}`,
      tags,
      body: TenantChoice,
      response: answer,
    }),
    async (request, reply) => {
      const token = requireToken(request);
      const { tenantId } = request.body as Static<typeof TenantChoice>;
      if (!isId('tnt', tenantId)) throw notFound('tenant');
      return answerWith(request, reply, await sessions.enter(token, tenantId));
    },
  );

  app.post(
    '/session/password',
    operation('changePassword', {
      summary: 'Change your own password',
      description: `Ends all your other sessions. Wrong attempts have to wait. ${bySession}`,
      tags,
      keepsAnswer: false,
      body: PasswordChange,
      response: answer,
    }),
    async (request, reply) => {
      const token = requireToken(request);
      const { currentPassword, newPassword } = request.body as Static<typeof PasswordChange>;
      if (!(await provePassword(request.caller.principal.name, currentPassword, request.ip))) {
        throw invalid([{ pointer: '/currentPassword', rule: 'wrong', message: 'This is not your password' }]);
      }
      const held = await sessions.changePassword(token, new Secret(newPassword), request.ip);
      return answerWith(request, reply, held);
    },
  );

  app.delete(
    '/session',
    operation('deleteSession', {
      summary: 'Sign out',
      description: `The session is refused from now on, on other nodes within a second. ${bySession}`,
      tags,
      response: { 204: empty('Signed out; the cookie is taken back') },
    }),
    async (request, reply) => {
      await sessions.end(requireToken(request));
      return reply
        .code(204)
        .header('set-cookie', noSessionCookie(isSecure(publicUrl())))
        .send();
    },
  );

  function tokenOf(request: FastifyRequest): string | undefined {
    return sessionTokenOf(request, sessionCookieName(isSecure(publicUrl())));
  }

  function requireToken(request: FastifyRequest): string {
    const token = tokenOf(request);
    if (token === undefined)
      throw new Refusal('conflict', 'Only who signed in has a session; you came without one');
    return token;
  }
}

function answering(parts: Parts) {
  return async (request: FastifyRequest, reply: FastifyReply, held: HeldSession) => {
    const { token, session, principal } = held;
    if (token !== null) {
      const lifetimeMs = session.expiresAt - parts.clock.wall();
      const cookie = sessionCookie(isSecure(parts.publicUrl()), token.reveal(), lifetimeMs);
      void reply.header('set-cookie', cookie);
    }
    return show(parts, { principal, address: request.ip }, session);
  };
}

async function show(parts: Parts, caller: Caller, session: Session | null) {
  const { displayName, tenant, homeTenant } = await parts.sessions.view(caller, session);
  const { id, kind, name, permissions } = caller.principal;
  return {
    principal: { id, kind, name, displayName },
    tenant: { id: tenant.id, name: tenant.name },
    homeTenant: { id: homeTenant.id, name: homeTenant.name },
    permissions: [...permissions],
    expiresAt: showTimeOrNull(session && session.expiresAt),
    version: parts.version,
    publicUrl: parts.publicUrl(),
  };
}
