// How deliveries are made, the same for every dialect; closed until somebody wants to change it.

import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { dialectsQuery } from '../../../api/dialects.ts';
import { SelectField, TextArea, TextField } from '../../../parts/field.tsx';
import * as texts from '../../../texts/texts.ts';
import type { Draft } from './draft.ts';
import type { FormPart } from './form-part.ts';
import { isBlank } from './numbers.ts';
import { PairsField } from './pairs-field.tsx';

export function DeliveryFields({ dialect, draft, set, about, stored }: FormPart) {
  const words = texts.webhookForm.delivery;
  const fresh = stored === undefined;
  const dialects = useQuery(dialectsQuery);
  const own = dialects.data?.find(({ name }) => name === dialect);
  const profile = draft.profile === '' ? own?.defaultProfile : draft.profile;
  return (
    <details className="group rounded-lg border border-line bg-surface">
      <summary className="flex cursor-pointer items-center gap-2 rounded-lg px-4 py-2.5 font-semibold hover:bg-sunken">
        <ChevronRight aria-hidden size={16} className="shrink-0 text-quiet group-open:rotate-90" />
        {words.title}
        <span className="font-normal text-quiet">{words.lead}</span>
      </summary>
      <div className="flex flex-col gap-5 border-t border-line p-4">
        <TextArea
          label={words.description}
          maxLength={2_000}
          value={draft.description}
          error={about('/description')}
          onChange={({ target }) => set({ description: target.value })}
        />
        <PairsField
          label={words.headers}
          hint={words.headersHint}
          place="/headers"
          about={about}
          add={words.addHeader}
          pairs={draft.headers}
          change={(headers) => set({ headers })}
        />
        <TextField
          label={words.schedule}
          hint={
            profile === 'faithful' && dialect !== 'native'
              ? words.scheduleFaithful(texts.webhook.about.retriesAsOriginal[dialect])
              : words.scheduleHint
          }
          placeholder={words.scheduleExample}
          value={draft.retrySchedule}
          error={about('/retrySchedule')}
          onChange={({ target }) => set({ retrySchedule: target.value })}
        />
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <TextField
            label={words.timeout}
            hint={words.timeoutHint}
            inputMode="decimal"
            {...(fresh && own !== undefined && { placeholder: String(own.timeoutMs / 1_000) })}
            value={draft.timeoutS}
            error={about('/timeoutMs')}
            onChange={({ target }) => set({ timeoutS: target.value })}
          />
          <TextField
            label={words.concurrency}
            hint={words.concurrencyHint}
            inputMode="numeric"
            {...(fresh && { placeholder: String(concurrencyDefault) })}
            value={draft.concurrency}
            error={about('/concurrency')}
            onChange={({ target }) => set({ concurrency: target.value })}
          />
          <TextField
            label={words.rateRequests}
            hint={words.rateRequestsHint}
            inputMode="numeric"
            value={draft.rateRequests}
            error={about('/rateLimit/requests')}
            onChange={({ target }) => set({ rateRequests: target.value })}
          />
          <TextField
            label={words.ratePerSeconds}
            hint={words.ratePerSecondsHint}
            inputMode="numeric"
            disabled={isBlank(draft.rateRequests)}
            value={draft.ratePerSeconds}
            error={about('/rateLimit/perSeconds')}
            onChange={({ target }) => set({ ratePerSeconds: target.value })}
          />
        </div>
        <SelectField
          label={words.ordering}
          hint={words.orderingHint[draft.ordering]}
          value={draft.ordering}
          error={about('/ordering')}
          onChange={({ target }) => set({ ordering: target.value as Draft['ordering'] })}
          choices={orderings.map((value) => ({ value, label: words.orderings[value] }))}
        />
        {dialect !== 'native' && (
          <SelectField
            label={words.profile}
            hint={draft.profile === '' ? words.profileDefault : words.profileHint[draft.profile]}
            value={draft.profile}
            error={about('/profile')}
            onChange={({ target }) => set({ profile: target.value as Draft['profile'] })}
            choices={[
              ...(fresh
                ? [{ value: '', label: words.profileNone(words.profiles[own?.defaultProfile ?? 'durable']) }]
                : []),
              { value: 'durable', label: words.profiles.durable },
              { value: 'faithful', label: words.profiles.faithful },
            ]}
          />
        )}
        <TextField
          label={words.channels}
          hint={words.channelsHint}
          value={draft.channels}
          error={about('/channels')}
          onChange={({ target }) => set({ channels: target.value })}
        />
        <PairsField
          label={words.metadata}
          hint={words.metadataHint}
          place="/metadata"
          about={about}
          add={words.addMetadata}
          pairs={draft.metadata}
          change={(metadata) => set({ metadata })}
        />
      </div>
    </details>
  );
}

/** What is taken where nothing is given. */
const concurrencyDefault = 10;
const orderings = ['none', 'key', 'webhook'] as const;
