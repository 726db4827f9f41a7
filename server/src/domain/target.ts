// Where a webhook may point: the port through which the control plane asks the address guard about a URL.

import type { FieldProblem } from './refusal.ts';
import { Secret } from './secret.ts';
import type { Credentials } from './webhook.ts';

export type TargetRules = {
  /** Whether `http:` is allowed whatever the operator's switch says (Confluence, Xurrent). */
  readonly http: boolean;
  /** Whether `user:pass@` is taken out as credentials rather than refused (Confluence, Xurrent). */
  readonly userinfo: boolean;
};

/** A URL in canonical form, without user info or fragment, and the credentials that were in it. */
export type Target = {
  readonly url: string;
  readonly userinfo: { readonly username: string; readonly password: string } | null;
};

/** What is asked for of a URL: its path and query, with a `?` that nothing follows where one is there. */
export function requestTarget({ href, protocol }: URL): string {
  const [head = ''] = href.split('#');
  return head.slice(head.indexOf('/', protocol.length + '//'.length));
}

/** What stood before the `@` of the URL; null where nothing did, or there is no URL. */
export function credentialsIn(target: Pick<Target, 'userinfo'> | undefined): Credentials | null {
  const userinfo = target?.userinfo ?? null;
  return userinfo === null ? null : { username: userinfo.username, password: new Secret(userinfo.password) };
}

/** A good target, or what is wrong with the text (`pointer` is the caller's to fill in). Never asks the DNS. */
export type JudgeTarget = (
  raw: string,
  rules: TargetRules,
) =>
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly problem: Omit<FieldProblem, 'pointer'> };
