// Which events are listed, in the URL; an id that is pasted leads to the event.

import { useNavigate } from '@tanstack/react-router';
import { Search, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useKeys } from '../../app/keys.tsx';
import { Button } from '../../parts/button.tsx';
import { TimeWindowFilter, type TimeWindow } from '../../parts/time-window.tsx';
import * as texts from '../../texts/texts.ts';
import { EventTypeChoice } from '../deliveries/filters.tsx';

const words = texts.events.filters;

export type EventSearch = TimeWindow & { readonly type?: string };

export function EventFilters({
  search,
  choose,
}: {
  readonly search: EventSearch;
  readonly choose: (search: EventSearch) => void;
}) {
  const isAny = Object.values(search).some((value) => value !== undefined);
  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <IdField />
      <EventTypeChoice
        value={search.type ?? ''}
        any={words.anyType}
        choose={(type) => {
          const { type: _, ...rest } = search;
          choose(type === '' ? rest : { ...rest, type });
        }}
      />
      <TimeWindowFilter
        value={search}
        choose={(time) => choose({ ...(search.type === undefined ? {} : { type: search.type }), ...time })}
      />
      {isAny && (
        <Button kind="quiet" icon={<X aria-hidden size={14} />} onClick={() => choose({})}>
          {words.clear}
        </Button>
      )}
    </div>
  );
}

function IdField() {
  const field = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const [wrong, setWrong] = useState(false);
  useKeys([{ key: '/', label: words.id, act: () => field.current?.focus() }]);
  const take = (text: string) => {
    const id = text.trim();
    setWrong(id !== '' && !id.startsWith('evt_'));
    if (id.startsWith('evt_')) void navigate({ to: '/events/$id', params: { id } });
  };
  return (
    <>
      <div className="relative w-full md:w-64">
        <Search aria-hidden size={14} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-quiet" />
        <input
          ref={field}
          type="search"
          aria-label={words.id}
          aria-invalid={wrong || undefined}
          placeholder={words.id}
          spellCheck={false}
          onKeyDown={({ key, currentTarget }) => key === 'Enter' && take(currentTarget.value)}
          onPaste={({ currentTarget }) => requestAnimationFrame(() => take(currentTarget.value))}
          className="w-full rounded-md border border-line-strong/60 bg-surface py-1.5 pr-2 pl-8 aria-invalid:border-bad"
        />
      </div>
      {wrong && (
        <p role="alert" className="order-last w-full text-xs text-bad">
          {words.idHint}
        </p>
      )}
    </>
  );
}
