// How a webhook signs: its keys, masked or public, a new one in their place, and how receivers verify.

import { useState } from 'react';
import { useMay } from '../../../api/session.ts';
import type { Webhook, WebhookPolicy, WebhookWithSecret } from '../../../api/types.ts';
import { webhookPoliciesQuery } from '../../../api/webhook-policies.ts';
import { useQuery } from '@tanstack/react-query';
import { Button, LinkButton } from '../../../parts/button.tsx';
import { Code, CopyableId } from '../../../parts/copy.tsx';
import { Badge } from '../../../parts/badge.tsx';
import { Card, Empty, Facts } from '../../../parts/page.tsx';
import { Ago, Countdown, Moment } from '../../../parts/time.tsx';
import { SecretOnce } from '../../../parts/secret-once.tsx';
import * as texts from '../../../texts/texts.ts';
import { settingsOf } from '../form/draft.ts';
import { VerifySnippets } from '../verify-snippets.tsx';
import { RotateDialog } from './rotate-dialog.tsx';
import { useWebhook } from './use-webhook.ts';

const words = texts.signing;

export function SigningTab() {
  const { webhook } = useWebhook();
  const { scheme } = webhook.signing;
  return (
    <div className="flex max-w-3xl flex-col gap-5">
      {scheme === 'none' ? (
        <Unsigned webhook={webhook} />
      ) : (
        <>
          {scheme === 'jwt' ? <PolicyCard webhook={webhook} /> : <Keys webhook={webhook} />}
          <Card title={words.verify}>
            <div className="flex flex-col gap-3">
              <p className="text-quiet">{words.verifyLead[scheme]}</p>
              <VerifySnippets webhook={webhook} />
            </div>
          </Card>
        </>
      )}
    </div>
  );
}

function Unsigned({ webhook: { id, dialect } }: { readonly webhook: Webhook }) {
  const may = useMay();
  return (
    <Empty
      title={words.unsigned}
      action={
        may('WEBHOOKS:EDIT') && (
          <LinkButton to="/webhooks/$id/settings" params={{ id }} kind="primary">
            {words.toSettings}
          </LinkButton>
        )
      }
    >
      {words.unsignedLead[dialect === 'xurrent' ? 'xurrent' : 'confluence']}
    </Empty>
  );
}

function Keys({ webhook }: { readonly webhook: Webhook }) {
  const { signing, dialect, id } = webhook;
  const may = useMay();
  const [rotating, setRotating] = useState(false);
  const [fresh, setFresh] = useState<WebhookWithSecret | undefined>(undefined);
  const byPairs = signing.keys.some((key) => 'publicKeyPem' in key);
  return (
    <>
      {fresh !== undefined && !byPairs && (
        <SecretOnce secret={fresh.secret} name={words.newSecretOf[dialect]} />
      )}
      <Card
        title={words.schemes[signing.scheme]}
        actions={
          may('WEBHOOKS:EDIT') && (
            <Button onClick={() => setRotating(true)}>{byPairs ? words.rotatePair : words.rotate}</Button>
          )
        }
      >
        <ul className="flex flex-col gap-4">
          {signing.keys.map((key, index) => (
            <li key={key.createdAt + index} className="flex flex-col gap-2">
              {'secret' in key && <Secret secret={key} newest={index === 0} />}
              {'publicKeyPem' in key && <Pair pair={key} />}
            </li>
          ))}
        </ul>
        {byPairs && (
          <p className="mt-3 text-quiet">
            {words.jwks}{' '}
            <a
              href="/.well-known/jwks.json"
              target="_blank"
              rel="noopener"
              className="text-accent-strong underline"
            >
              {`${location.origin}/.well-known/jwks.json`}
            </a>
          </p>
        )}
      </Card>
      <RotateDialog
        webhook={webhook}
        open={rotating}
        close={() => setRotating(false)}
        done={setFresh}
        key={id}
      />
    </>
  );
}

type Keys = Webhook['signing']['keys'][number];

function Secret({
  secret: { secret, createdAt, expiresAt },
  newest,
}: {
  readonly secret: Extract<Keys, { secret: string }>;
  readonly newest: boolean;
}) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <code className="text-xs">{secret}</code>
      <KeyState expiresAt={expiresAt} newest={newest} />
      <span className="text-quiet">
        {words.made} <Ago at={createdAt} />
      </span>
    </div>
  );
}

function Pair({
  pair: { kid, algorithm, publicKeyPem, createdAt, expiresAt },
}: {
  readonly pair: Extract<Keys, { publicKeyPem: string }>;
}) {
  return (
    <div className="flex flex-col gap-2">
      <Facts
        facts={[
          [words.kid, <CopyableId key="kid" id={kid} />],
          [words.algorithm, words.algorithms[algorithm]],
          [
            words.state,
            <span key="state" className="inline-flex flex-wrap items-center gap-3">
              <KeyState expiresAt={expiresAt} newest={expiresAt === null} />
              <span className="text-quiet">
                {words.made} <Ago at={createdAt} />
              </span>
            </span>,
          ],
        ]}
      />
      <Code text={publicKeyPem} label={words.publicKey} />
    </div>
  );
}

function KeyState({ expiresAt, newest }: { readonly expiresAt: string | null; readonly newest: boolean }) {
  if (expiresAt === null) return <Badge tone="good">{newest ? words.current : words.active}</Badge>;
  return (
    <Badge tone="warn">
      {words.expires} <Countdown until={expiresAt} />
    </Badge>
  );
}

function PolicyCard({ webhook }: { readonly webhook: Webhook }) {
  const { data } = useQuery(webhookPoliciesQuery);
  const { policy: wireId } = settingsOf(webhook);
  const policy = data?.find((one) => one.wireId === wireId);
  return (
    <Card title={words.schemes.jwt}>
      {policy === undefined ? (
        <p className="text-quiet">{words.policyUnknown}</p>
      ) : (
        <PolicyFacts policy={policy} />
      )}
    </Card>
  );
}

function PolicyFacts({ policy }: { readonly policy: WebhookPolicy }) {
  const { name, algorithm, audience, expiresInMinutes, kid, publicKeyPem, createdAt } = policy;
  const document = `/webhook_policies/${name}/jwks`;
  return (
    <div className="flex flex-col gap-3">
      <Facts
        facts={[
          [words.policy, texts.webhookForm.policy.name(policy)],
          [words.algorithm, algorithm.toUpperCase()],
          [words.audience, audience ?? texts.common.none],
          [words.tokenExpiry, expiresInMinutes === null ? words.never : words.minutes(expiresInMinutes)],
          [words.kid, <CopyableId key="kid" id={kid} />],
          [words.since, <Moment key="created" at={createdAt} />],
        ]}
      />
      {publicKeyPem === null ? (
        <p className="text-quiet">{words.sharedSecret}</p>
      ) : (
        <>
          <Code text={publicKeyPem} label={words.publicKey} />
          <p className="text-quiet">
            {words.jwks}{' '}
            <a
              href={document}
              target="_blank"
              rel="noopener"
              className="break-all text-accent-strong underline"
            >
              {`${location.origin}${document}`}
            </a>
          </p>
        </>
      )}
    </div>
  );
}
