// By which webhook policy a Xurrent webhook signs; a new policy is made on the spot.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../../api/session.ts';
import type { WebhookPolicy, WebhookPolicyWithSecret } from '../../../api/types.ts';
import { createWebhookPolicy, webhookPoliciesQuery } from '../../../api/webhook-policies.ts';
import { Button } from '../../../parts/button.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { SelectField, TextField } from '../../../parts/field.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import { ShownOnce } from '../../../parts/shown-once.tsx';
import * as texts from '../../../texts/texts.ts';
import { problemOf } from './draft-problem.ts';
import { aboutIn, type FormPart } from './form-part.ts';
import { isBlank, wholeProblem } from './numbers.ts';

export function PolicyField({ draft, set, about }: FormPart) {
  const words = texts.webhookForm.policy;
  const may = useMay();
  const policies = useQuery(webhookPoliciesQuery);
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<WebhookPolicyWithSecret | undefined>(undefined);
  const take = (policy: WebhookPolicyWithSecret) => {
    set({ policy: String(policy.wireId) });
    setAdding(false);
    if (policy.publicKeyPem === null) setMade(policy);
  };
  const choices = (policies.data ?? []).filter(
    ({ disabled, wireId }) => !disabled || String(wireId) === draft.policy,
  );
  return (
    <div className="flex flex-col gap-2">
      {policies.isError && <ProblemNote error={policies.error} retry={() => void policies.refetch()} />}
      <SelectField
        label={words.label}
        hint={draft.policy === '' ? words.unsigned : words.signed}
        value={draft.policy}
        error={about('/dialectSettings/policy')}
        onChange={({ target }) => set({ policy: target.value })}
        choices={[
          { value: '', label: words.none },
          ...choices.map((policy) => ({ value: String(policy.wireId), label: words.name(policy) })),
        ]}
      />
      {may('WEBHOOKS:ADD') && (
        <div>
          <Button onClick={() => setAdding(true)}>{words.add}</Button>
        </div>
      )}
      <Dialog open={adding} close={() => setAdding(false)} title={words.add}>
        {adding && <NewPolicy take={take} close={() => setAdding(false)} />}
      </Dialog>
      {made !== undefined && (
        <ShownOnce
          title={words.made}
          name={words.secret}
          secret={made.secret}
          close={() => setMade(undefined)}
        />
      )}
    </div>
  );
}

const algorithms = [
  'es256',
  'es384',
  'es512',
  'rs256',
  'rs384',
  'rs512',
  'hs256',
  'hs384',
  'hs512',
] as const satisfies readonly WebhookPolicy['algorithm'][];

function NewPolicy({
  take,
  close,
}: {
  readonly take: (policy: WebhookPolicyWithSecret) => void;
  readonly close: () => void;
}) {
  const words = texts.webhookForm.policy;
  const queries = useQueryClient();
  const [algorithm, setAlgorithm] = useState<(typeof algorithms)[number]>('es256');
  const [audience, setAudience] = useState('');
  const [minutes, setMinutes] = useState('10');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const about = aboutIn(error);

  const create = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const unread = isBlank(minutes) ? undefined : wholeProblem(minutes, 1);
      if (unread !== undefined) {
        throw problemOf([{ pointer: '/expiresInMinutes', rule: 'number', message: unread }]);
      }
      const policy = await createWebhookPolicy({
        algorithm,
        audience: audience === '' ? null : audience,
        expiresInMinutes: isBlank(minutes) ? null : Number(minutes),
      });
      await queries.invalidateQueries({ queryKey: webhookPoliciesQuery.queryKey });
      take(policy);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="flex flex-col gap-4">
      <SelectField
        label={words.algorithm}
        hint={algorithm.startsWith('hs') ? words.sharedHint : words.pairHint}
        value={algorithm}
        onChange={({ target }) => setAlgorithm(target.value as typeof algorithm)}
        choices={algorithms.map((value) => ({ value, label: value.toUpperCase() }))}
      />
      <TextField
        label={words.audience}
        hint={words.audienceHint}
        value={audience}
        error={about('/audience')}
        onChange={({ target }) => setAudience(target.value)}
      />
      <TextField
        label={words.minutes}
        hint={words.minutesHint}
        inputMode="numeric"
        value={minutes}
        error={about('/expiresInMinutes')}
        onChange={({ target }) => setMinutes(target.value)}
      />
      {error !== undefined && <ProblemNote error={error} places={['/audience', '/expiresInMinutes']} />}
      <div className="flex justify-end gap-2">
        <Button onClick={close}>{texts.common.cancel}</Button>
        <Button kind="primary" busy={busy} onClick={() => void create()}>
          {words.add}
        </Button>
      </div>
    </div>
  );
}
