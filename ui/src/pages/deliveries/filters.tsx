// What of the deliveries is listed: every filter stands in the URL.

import { useQuery } from '@tanstack/react-query';
import { SlidersHorizontal, X } from 'lucide-react';
import { useState } from 'react';
import type { DeliveryFilter } from '../../api/deliveries.ts';
import { catalogueQuery } from '../../api/event-types.ts';
import { useMay } from '../../api/session.ts';
import { webhookChoicesQuery } from '../../api/webhook-names.ts';
import { Button } from '../../parts/button.tsx';
import { classNames } from '../../parts/class-names.ts';
import { FilterSelect } from '../../parts/field.tsx';
import { IdSearch } from '../../parts/id-search.tsx';
import { SearchSelect } from '../../parts/search-select.tsx';
import { TimeWindowFilter, windowNow, type TimeWindow } from '../../parts/time-window.tsx';
import * as texts from '../../texts/texts.ts';

/** The filters as they stand in the URL. */
export type DeliverySearch = TimeWindow & {
  readonly [Name in Exclude<keyof DeliveryFilter, 'from' | 'to'>]?: string;
};

const words = texts.deliveries.filters;
const states = ['scheduled', 'delivered', 'exhausted', 'cancelled', 'skipped'] as const;
const outcomes = ['success', 'failure', 'error'] as const;
const statusClasses = ['2xx', '3xx', '4xx', '5xx'] as const;

/** What the API is asked for; a preset of the time begins now. */
export function filterNow({ within, from, to, ...filter }: DeliverySearch, nowMs: number): DeliveryFilter {
  return {
    ...filter,
    ...windowNow({ ...(within && { within }), ...(from && { from }), ...(to && { to }) }, nowMs),
  };
}

/** How many filters hold, beside the id. */
export function countOf(search: DeliverySearch): number {
  const others = without(search, 'id', 'eventId', 'within', 'from', 'to');
  const isTimed = [search.within, search.from, search.to].some((value) => value !== undefined);
  return Object.values(others).filter((value) => value !== undefined).length + (isTimed ? 1 : 0);
}

function without(search: DeliverySearch, ...names: readonly (keyof DeliverySearch)[]): DeliverySearch {
  return Object.fromEntries(
    Object.entries(search).filter(([name]) => !(names as readonly string[]).includes(name)),
  );
}

export function DeliveryFilters({
  search,
  choose,
}: {
  readonly search: DeliverySearch;
  /** The whole of the filters as they are to be. */
  readonly choose: (search: DeliverySearch) => void;
}) {
  const [unfolded, setUnfolded] = useState(false);
  const count = countOf(search);
  const set = (name: keyof DeliverySearch) => (value: string) => {
    const rest = without(search, name);
    choose(value === '' ? rest : { ...rest, [name]: value });
  };
  const id = search.id ?? search.eventId ?? '';
  const isAny = count > 0 || search.id !== undefined || search.eventId !== undefined;
  return (
    <div role="search" aria-label={words.label} className="flex flex-wrap items-center gap-2">
      <IdSearch
        key={id}
        label={words.id}
        hint={words.idHint}
        isId={(text) => /^(dlv|evt)_/.test(text)}
        current={id}
        take={(taken) => {
          const rest = without(search, 'id', 'eventId');
          choose(taken === '' ? rest : { ...rest, id: taken });
        }}
      />
      <Button
        icon={<SlidersHorizontal aria-hidden size={14} />}
        aria-expanded={unfolded}
        onClick={() => setUnfolded(!unfolded)}
        className="md:hidden"
      >
        {words.open(count)}
      </Button>
      <div
        className={classNames(
          'flex w-full flex-wrap items-center gap-2 md:contents',
          !unfolded && 'max-md:hidden',
        )}
      >
        <Fixed
          label={words.state}
          value={search.state}
          any={words.anyState}
          choices={states.map((value) => ({ value, label: texts.states.delivery[value] }))}
          choose={set('state')}
        />
        <WebhookChoice value={search.webhookId ?? ''} choose={set('webhookId')} />
        <EventTypeChoice value={search.eventType ?? ''} choose={set('eventType')} any={words.anyType} />
        <TimeWindowFilter
          value={search}
          choose={(time) => choose({ ...without(search, 'within', 'from', 'to'), ...time })}
        />
        <Fixed
          label={words.outcome}
          value={search.outcome}
          any={words.anyOutcome}
          choices={outcomes.map((value) => ({ value, label: words.outcomes[value] }))}
          choose={set('outcome')}
        />
        <Fixed
          label={words.status}
          value={search.statusClass}
          any={words.anyStatus}
          choices={statusClasses.map((value) => ({ value, label: value }))}
          choose={set('statusClass')}
        />
        <SearchSelect
          label={words.error}
          value={search.error ?? ''}
          choices={[
            { value: '', label: words.anyError },
            ...Object.entries(texts.attemptErrors).map(([value, { name }]) => ({ value, label: name })),
          ]}
          choose={set('error')}
        />
        {isAny && (
          <Button kind="quiet" icon={<X aria-hidden size={14} />} onClick={() => choose({})}>
            {words.clear}
          </Button>
        )}
      </div>
    </div>
  );
}

function Fixed({
  label,
  value = '',
  any,
  choices,
  choose,
}: {
  readonly label: string;
  readonly value: string | undefined;
  readonly any: string;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly choose: (value: string) => void;
}) {
  return (
    <FilterSelect
      label={label}
      value={value}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
      choices={[{ value: '', label: any }, ...choices]}
      className="max-md:w-full max-md:max-w-none"
    />
  );
}

function WebhookChoice({
  value,
  choose,
}: {
  readonly value: string;
  readonly choose: (value: string) => void;
}) {
  const may = useMay();
  const { data } = useQuery({ ...webhookChoicesQuery, enabled: may('WEBHOOKS:VIEW') });
  return (
    <SearchSelect
      label={words.webhook}
      value={value}
      choices={[
        { value: '', label: words.anyWebhook },
        ...(data?.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
      ]}
      choose={choose}
    />
  );
}

export function EventTypeChoice({
  value,
  any,
  choose,
}: {
  readonly value: string;
  readonly any: string;
  readonly choose: (value: string) => void;
}) {
  const may = useMay();
  const { data: types = [] } = useQuery({ ...catalogueQuery, enabled: may('EVENTTYPES:VIEW') });
  const names = [...new Set(types.filter(({ archivedAt }) => archivedAt === null).map(({ name }) => name))];
  return (
    <SearchSelect
      label={words.type}
      value={value}
      choices={[{ value: '', label: any }, ...names.map((name) => ({ value: name, label: name }))]}
      choose={choose}
    />
  );
}
