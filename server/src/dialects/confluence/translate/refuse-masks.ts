// A create that sends a mask back: nothing is stored that it could keep, and a mask as a secret protects nothing.

import { invalid } from '../../../domain/refusal.ts';
import { wireProblem, type WireProblem } from '../refusals.ts';
import { mask } from './webhook-change.ts';
import type { WebhookIn } from './webhook-in.ts';

/** Refuses with `invalid` a new webhook whose secret, or password in the URL, is the mask. Only while masking is on. */
export function refuseMasks({ configuration, url }: WebhookIn): void {
  const problems: WireProblem[] = [];
  if (configuration?.secret?.reveal() === mask) {
    problems.push(wireProblem('/configuration/secret', 'secret.masked', sentence('secret')));
  }
  if (url?.target.userinfo?.password === mask) {
    problems.push(wireProblem('/url', 'url.masked', sentence('password in the url')));
  }
  const [first, ...rest] = problems;
  if (first !== undefined) throw invalid([first, ...rest]);
}

function sentence(what: string): string {
  return `The ${what} must be the real one: a new webhook has none that ${mask} could stand for`;
}
