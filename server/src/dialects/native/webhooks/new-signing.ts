// What a new native webhook is to sign with, read from what its creator sent.

import type { FieldProblem } from '../../../domain/refusal.ts';
import { Secret } from '../../../domain/secret.ts';
import type { DialectName } from '../../../domain/webhook.ts';
import type { SigningChoice } from '../../../manage/new-signing.ts';
import { secretProblem } from '../../../manage/secrets.ts';
import type { WebhookIn } from './schemas.ts';

/** What is wrong with it: only native webhooks choose, and each scheme has its own algorithms and secrets. */
export function problemsOfSigning(given: WebhookIn['signing'], dialect: DialectName): FieldProblem[] {
  if (given === undefined) return [];
  if (dialect !== 'native') {
    const message = `How a ${dialect} webhook signs is its dialect's matter; leave 'signing' out`;
    return [{ pointer: '/signing', rule: 'not_supported', message }];
  }
  const choice = chosenSigning(given);
  const { algorithm, secret } = given;
  const problem = secret === undefined ? undefined : secretProblem(choice, secret);
  return [
    ...(algorithm !== undefined && choice.scheme === 'standard-webhooks' ? [noAlgorithm] : []),
    ...(problem === undefined ? [] : [{ pointer: '/signing/secret', ...problem }]),
  ];
}

/** The choice with its defaults. */
export function chosenSigning(given: WebhookIn['signing'] = {}): SigningChoice {
  const { scheme = 'standard-webhooks', algorithm = 'hmac-sha256' } = given;
  const secret = given.secret === undefined ? undefined : new Secret(given.secret);
  if (scheme === 'standard-webhooks') return { scheme, secret };
  return algorithm === 'hmac-sha256' ? { scheme, algorithm, secret } : { scheme, algorithm };
}

const noAlgorithm: FieldProblem = {
  pointer: '/signing/algorithm',
  rule: 'not_supported',
  message: "Standard Webhooks has one algorithm; leave 'algorithm' out, or ask for 'http-message-signature'",
};
