// How the receiver can tell that a request is ours: headers, what was signed, and the steps to verify it.

import type { Attempt } from '../../api/types.ts';
import { Code } from '../copy.tsx';
import { Facts } from '../page.tsx';
import * as texts from '../../texts/texts.ts';
import { signatureFacts, type Scheme } from './signature-facts.ts';

const words = texts.attempts.signature;
const told = {
  'standard-webhooks': words.standard,
  'http-message-signature': words.message,
  'hub-signature': words.hub,
  jwt: words.jwt,
} as const;

export function Signature({
  request,
  scheme,
  bodyBytes,
}: {
  readonly request: Attempt['request'];
  /** Of the webhook as it is today. */
  readonly scheme: Scheme | undefined;
  readonly bodyBytes: number | undefined;
}) {
  const facts = signatureFacts(request, scheme);
  if (facts.scheme === 'none') return <p className="text-quiet">{words.unsigned}</p>;
  const { lead, steps } = told[facts.scheme];
  const body = bodyBytes === undefined ? '' : words.body(texts.numbers.bytes(bodyBytes));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <p>
        <span className="font-medium">{words.names[facts.scheme]}.</span> {lead}
      </p>
      {facts.headers.length > 0 && (
        <Facts
          facts={facts.headers.map(([name, value]) => [
            name,
            <code key={name} className="text-xs break-all">
              {value}
            </code>,
          ])}
        />
      )}
      {facts.signed !== null && (
        <section className="flex flex-col gap-1.5">
          <h4 className="font-medium">{words.signed}</h4>
          <Code text={facts.signed.text + (facts.signed.bodyFollows ? body : '')} label={words.signed} wrap />
        </section>
      )}
      <section className="flex flex-col gap-1.5">
        <h4 className="font-medium">{words.verify}</h4>
        <ol className="flex list-decimal flex-col gap-1 pl-5">
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </section>
      {facts.shell !== null && (
        <section className="flex flex-col gap-1.5">
          <h4 className="font-medium">{words.shell}</h4>
          <Code text={facts.shell} label={words.shell} />
        </section>
      )}
    </div>
  );
}
