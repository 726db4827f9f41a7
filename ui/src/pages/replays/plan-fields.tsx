// What a replay takes, as fields.

import { useId } from 'react';
import type { Webhook } from '../../api/types.ts';
import { Problem } from '../../api/call.ts';
import { Checkbox, SelectField, TextField } from '../../parts/field.tsx';
import { failureName } from '../../parts/failure.ts';
import * as texts from '../../texts/texts.ts';
import { endedStates, isMissed, spanOf, statesOf, statusClasses, type Draft, type Span } from './draft.ts';

const words = texts.replays.form;
const kinds = ['deliveries', 'missed'] as const;
const spanNames = Object.keys(words.windows) as Span[];
const minuteMs = 60_000;

/** The JSON pointers of the fields that show for a draft. */
export function placesOf(draft: Draft): readonly string[] {
  return ['/webhookId', '/eventTypes', ...(spanOf(draft) === 'custom' ? ['/from', '/to'] : [])];
}

type FieldsProps = {
  readonly draft: Draft;
  readonly webhooks: readonly Webhook[];
  /** Why it could not be counted. */
  readonly error: unknown;
  readonly change: (next: Draft) => void;
};

export function PlanFields({ draft, webhooks, error, change }: FieldsProps) {
  const missed = isMissed(draft);
  const problem = error instanceof Problem ? error : undefined;
  return (
    <div className="flex flex-col gap-5">
      <KindChoice draft={draft} change={change} />
      <SelectField
        label={words.webhook}
        error={problem?.about('/webhookId')}
        value={draft.webhookId ?? ''}
        onChange={({ target }) => change({ webhookId: target.value })}
        choices={[
          { value: '', label: missed ? words.choose : words.every },
          ...(draft.webhookId !== undefined && !webhooks.some(({ id }) => id === draft.webhookId)
            ? [{ value: draft.webhookId, label: draft.webhookId }]
            : []),
          ...webhooks.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <SpanFields draft={draft} change={change} problem={problem} />
      <TextField
        label={words.types}
        hint={words.typesHint}
        error={problem?.about('/eventTypes')}
        className="font-mono"
        value={draft.eventTypes ?? ''}
        onChange={({ target }) => change({ eventTypes: target.value })}
      />
      {!missed && <EndFields draft={draft} change={change} />}
    </div>
  );
}

type PartProps = Pick<FieldsProps, 'draft' | 'change'>;

function KindChoice({ draft, change }: PartProps) {
  const id = useId();
  const chosen = isMissed(draft) ? 'missed' : 'deliveries';
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">{words.kind}</legend>
      {kinds.map((kind) => (
        <div key={kind} className="flex items-start gap-2">
          <input
            type="radio"
            id={`${id}-${kind}`}
            name={id}
            checked={kind === chosen}
            onChange={() => change({ kind: kind === 'missed' ? kind : '' })}
            aria-describedby={`${id}-${kind}-hint`}
            className="mt-0.5 size-4 accent-accent"
          />
          <div>
            <label htmlFor={`${id}-${kind}`} className="font-medium">
              {words.kinds[kind]}
            </label>
            <p id={`${id}-${kind}-hint`} className="text-xs text-quiet">
              {words.kindHints[kind]}
            </p>
          </div>
        </div>
      ))}
    </fieldset>
  );
}

function SpanFields({ draft, change, problem }: PartProps & { readonly problem: Problem | undefined }) {
  const span = spanOf(draft);
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <SelectField
        label={isMissed(draft) ? words.missedWindow : words.window}
        value={span}
        onChange={({ target }) =>
          change(
            target.value === 'custom' ? { within: 'custom' } : { within: target.value, from: '', to: '' },
          )
        }
        choices={spanNames.map((value) => ({ value, label: words.windows[value] }))}
      />
      {span === 'custom' &&
        (['from', 'to'] as const).map((end) => (
          <TextField
            key={end}
            type="datetime-local"
            step="1"
            label={words[end]}
            {...(end === 'to' ? { hint: words.toHint } : {})}
            error={problem?.about(`/${end}`)}
            value={localTime(draft[end])}
            onChange={({ target }) =>
              change({ [end]: target.value === '' ? '' : new Date(target.value).toISOString() })
            }
          />
        ))}
    </div>
  );
}

function EndFields({ draft, change }: PartProps) {
  const chosen = statesOf(draft);
  const { status, statusClass, error } = draft;
  const value =
    error !== undefined ? `error ${error}` : status !== undefined ? `status ${status}` : (statusClass ?? '');
  return (
    <>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium">{words.ended}</legend>
        <div className="flex flex-wrap gap-x-5 gap-y-2">
          {endedStates.map((state) => (
            <Checkbox
              key={state}
              label={texts.states.delivery[state]}
              checked={chosen.includes(state)}
              onChange={({ target }) => {
                const next = target.checked ? [...chosen, state] : chosen.filter((one) => one !== state);
                // An empty text would be taken for none said at all.
                change({ states: next.length === 0 ? 'none' : next.join(',') });
              }}
            />
          ))}
        </div>
      </fieldset>
      <SelectField
        label={words.failure}
        value={value}
        onChange={({ target }) => change(failureIn(target.value))}
        choices={[
          { value: '', label: words.anyFailure },
          ...statusClasses.map((one) => ({ value: one, label: words.statusClasses[one] })),
          ...(status === undefined ? [] : [{ value: `status ${status}`, label: words.status(status) }]),
          ...errorChoices(error),
        ]}
      />
    </>
  );
}

function failureIn(value: string): Draft {
  const none = { error: '', status: '', statusClass: '' };
  const [kind, rest = ''] = value.split(' ');
  return kind === 'error' || kind === 'status' ? { ...none, [kind]: rest } : { ...none, statusClass: value };
}

function errorChoices(chosen: string | undefined) {
  const known = Object.keys(texts.attemptErrors);
  const codes = chosen === undefined || known.includes(chosen) ? known : [...known, chosen];
  return codes.map((code) => ({ value: `error ${code}`, label: failureName({ status: null, code }) }));
}

/** As the field wants it: in the reader's zone, without one. */
function localTime(text: string | undefined): string {
  const at = Date.parse(text ?? '');
  if (Number.isNaN(at)) return '';
  return new Date(at - new Date(at).getTimezoneOffset() * minuteMs).toISOString().slice(0, 19);
}
