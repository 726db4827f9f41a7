// What is told once a webhook is there: its secret, this once, how a receiver verifies, and what comes next.

import { useQuery } from '@tanstack/react-query';
import type { WebhookWithSecret } from '../../api/types.ts';
import { webhookPoliciesQuery } from '../../api/webhook-policies.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Code } from '../../parts/copy.tsx';
import { Card, Page } from '../../parts/page.tsx';
import { SecretOnce } from '../../parts/secret-once.tsx';
import * as texts from '../../texts/texts.ts';
import { VerifySnippets } from './verify-snippets.tsx';

export function Created({ webhook }: { readonly webhook: WebhookWithSecret }) {
  const words = texts.createWebhook.created;
  const { id, name, dialect, secret, signing } = webhook;
  const isTold = dialect !== 'confluence' && signing.keys.some((key) => 'secret' in key);
  const pair = signing.keys.find((key) => 'publicKeyPem' in key);
  return (
    <Page title={words.title(name)} lead={words.lead[dialect]}>
      <div className="flex max-w-3xl flex-col gap-5">
        {isTold && <SecretOnce secret={secret} name={texts.signing.secretOf[dialect]} />}
        {pair !== undefined && 'publicKeyPem' in pair && (
          <Card title={texts.signing.publicKey}>
            <Code text={pair.publicKeyPem} label={texts.signing.publicKey} />
          </Card>
        )}
        {signing.scheme === 'none' ? (
          <p className="rounded-lg border border-warn/50 bg-warn-soft px-4 py-3">{words.unsigned[dialect]}</p>
        ) : (
          <Card title={texts.signing.verify}>
            <div className="flex flex-col gap-3">
              <p className="text-quiet">{texts.signing.verifyLead[signing.scheme]}</p>
              {signing.scheme === 'jwt' && <PolicyKey policy={webhook.dialectSettings['policy']} />}
              <VerifySnippets webhook={webhook} />
            </div>
          </Card>
        )}
        <div className="flex flex-wrap gap-2">
          <LinkButton to="/webhooks/$id/test" params={{ id }} kind="primary">
            {words.test}
          </LinkButton>
          <LinkButton to="/webhooks/$id" params={{ id }}>
            {words.open}
          </LinkButton>
        </div>
      </div>
    </Page>
  );
}

/** The public key that a policy signs with; a shared secret was told when the policy was made. */
function PolicyKey({ policy: wireId }: { readonly policy: unknown }) {
  const { data } = useQuery(webhookPoliciesQuery);
  const policy = data?.find((one) => one.wireId === wireId);
  if (policy === undefined || policy.publicKeyPem === null) return null;
  return <Code text={policy.publicKeyPem} label={texts.signing.publicKey} />;
}
