// Tries a URL before a webhook points to it: the rules for it, and one harmless request that tells what a delivery would meet.

import type { Caller } from '../domain/access.ts';
import type { Exchange, SendTest } from '../domain/exchange.ts';
import type { FieldProblem } from '../domain/refusal.ts';
import type { JudgeTarget, TargetRules } from '../domain/target.ts';

export type UrlAsked = {
  readonly url: string;
  /** Of the dialect whose webhook would point to it. */
  readonly rules: TargetRules;
  readonly timeoutMs: number;
  /** Whether a request goes out, if no rule is broken. */
  readonly send: boolean;
};

/** What is wrong with the URL, or how the request ended; null for none. */
export type UrlChecked =
  | { readonly problem: Omit<FieldProblem, 'pointer'>; readonly exchange: null }
  | { readonly problem: null; readonly exchange: Exchange | null };

/** Rejects for no fault of the receiver: that is the exchange's outcome. */
export type CheckUrl = (caller: Caller, asked: UrlAsked) => Promise<UrlChecked>;

/**
 * The request is a HEAD, without credentials of the URL: it asks whether somebody is there and does nothing to them
 * (RFC 9110 §9.2.1), where a POST would start whatever the receiver does with an event.
 */
export function makeCheckUrl(parts: {
  readonly judgeTarget: JudgeTarget;
  readonly send: SendTest;
  readonly version: string;
}): CheckUrl {
  const headers = { 'user-agent': `Posthorn/${parts.version}`, accept: '*/*' };
  return async ({ principal }, { url, rules, timeoutMs, send }) => {
    const judged = parts.judgeTarget(url, rules);
    if (!judged.ok) return { problem: judged.problem, exchange: null };
    if (!send) return { problem: null, exchange: null };
    const request = { method: 'HEAD', url: judged.target.url, headers, body: new Uint8Array() } as const;
    const options = {
      tenantId: principal.tenantId,
      timeoutMs,
      tlsVerify: true,
      redirectsMax: 0,
      inspects: true,
    } as const;
    return { problem: null, exchange: await parts.send(request, options) };
  };
}
