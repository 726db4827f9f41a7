// Which content: a filter as JSON, and beside it what it makes of a recent event.

import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Problem } from '../../../api/call.ts';
import { eventQuery, type ShownEvent } from '../../../api/events.ts';
import { filterCheckQuery } from '../../../api/filter-checks.ts';
import { useMay } from '../../../api/session.ts';
import type { EventSummary, FilterCheck } from '../../../api/types.ts';
import { Asked } from '../../../parts/asked.tsx';
import { SelectField, TextArea } from '../../../parts/field.tsx';
import { JsonTree } from '../../../parts/json-tree.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import { exact } from '../../../parts/time.tsx';
import { readWritten } from '../../../parts/written-json.ts';
import * as texts from '../../../texts/texts.ts';
import { filterIn } from './filter-text.ts';
import { FilterVerdict } from './filter-verdict.tsx';
import type { FormPart } from './form-part.ts';
import { useRecentEvents } from './recent-events.ts';

const words = texts.webhookForm.filter;
/** Nothing is asked before the keys have been still for so long. */
const calmMs = 300;

export function FilterField(part: FormPart) {
  const { draft, about } = part;
  const [open, setOpen] = useState(draft.filter !== '');
  const isOpen = open || about('/filter') !== undefined;
  return (
    <details
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      className="group rounded-lg border border-line bg-surface"
    >
      <summary className="flex cursor-pointer items-center gap-2 rounded-lg px-4 py-2.5 font-semibold hover:bg-sunken">
        <ChevronRight aria-hidden size={16} className="shrink-0 text-quiet group-open:rotate-90" />
        {words.title}
        <span className="font-normal text-quiet">{draft.filter === '' ? words.none : words.some}</span>
      </summary>
      {isOpen && <Editor {...part} />}
    </details>
  );
}

function Editor({ draft: { filter: text, eventTypes }, set, about }: FormPart) {
  const may = useMay();
  const calm = useCalm(text);
  const [chosen, setChosen] = useState<string | undefined>();
  const events = useRecentEvents(eventTypes, may('EVENTS:VIEW'));
  const event = events?.find(({ id }) => id === chosen) ?? events?.[0];
  const typed = filterIn(calm);
  const isAsked = event !== undefined && typed.problem === undefined && typed.value !== null;
  const check = useQuery({
    ...filterCheckQuery(typed.value, event?.id ?? ''),
    enabled: isAsked,
    retry: false,
    // While one writes; another event is another question.
    placeholderData: (before: FilterCheck | undefined, asked) =>
      asked?.queryKey[1] === event?.id ? before : undefined,
  });
  const declined = isAsked && check.error instanceof Problem ? check.error.about('/filter') : undefined;
  return (
    <div className="grid items-start gap-4 border-t border-line p-4 lg:grid-cols-2">
      <TextArea
        label={words.label}
        hint={words.hint}
        placeholder={words.example}
        rows={9}
        spellCheck={false}
        className="font-mono text-xs"
        value={text}
        error={about('/filter') ?? typed.problem ?? declined}
        onChange={({ target }) => set({ filter: target.value })}
      />
      {events !== undefined && (
        <div className="flex min-w-0 flex-col gap-3">
          {event === undefined ? (
            <p className="text-quiet">{words.noEvents}</p>
          ) : (
            <>
              <SelectField
                label={words.tryOn}
                value={event.id}
                onChange={({ target }) => setChosen(target.value)}
                choices={events.map(choiceOf)}
              />
              <div aria-live="polite" className="flex flex-col gap-2">
                {isAsked && check.data !== undefined && declined === undefined ? (
                  <FilterVerdict check={check.data} />
                ) : isAsked && check.error !== null && declined === undefined ? (
                  <ProblemNote error={check.error} retry={() => void check.refetch()} />
                ) : (
                  <p className="text-quiet">{words.write}</p>
                )}
              </div>
              <Content key={event.id} id={event.id} />
            </>
          )}
        </div>
      )}
    </div>
  );
}

/** What paths lead to. */
function Content({ id }: { readonly id: string }) {
  const [open, setOpen] = useState(false);
  const event = useQuery({ ...eventQuery(id), enabled: open });
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="cursor-pointer text-quiet hover:text-ink">{words.content}</summary>
      {open && (
        <div className="mt-2 max-h-80 overflow-auto">
          <Asked query={event} lines={3}>
            {(shown) => <JsonTree value={contentOf(shown)} />}
          </Asked>
        </div>
      )}
    </details>
  );
}

/** The parts of an event that a filter may ask for, under the names by which it does. */
function contentOf({
  type,
  payload,
  actor,
  object,
  scope,
  channels,
  source,
  occurredAt,
  ...rest
}: ShownEvent) {
  const { orderingKey, instanceName } = rest;
  const data = readWritten(payload);
  const all = { type, data, actor, object, scope, channels, source, occurredAt, orderingKey, instanceName };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function choiceOf({ id, type, acceptedAt }: EventSummary) {
  return { value: id, label: `${type} · ${exact(acceptedAt)}` };
}

/** The text once it has been the same for a moment. */
function useCalm(text: string): string {
  const [calm, setCalm] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(text), calmMs);
    return () => clearTimeout(timer);
  }, [text]);
  return calm;
}
