// Which events are listed, in the URL; an id that is pasted leads to the event.

import { useNavigate } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { Button } from '../../parts/button.tsx';
import { IdSearch } from '../../parts/id-search.tsx';
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
  const navigate = useNavigate();
  const isAny = Object.values(search).some((value) => value !== undefined);
  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <IdSearch
        label={words.id}
        hint={words.idHint}
        isId={(text) => text.startsWith('evt_')}
        take={(id) => id !== '' && void navigate({ to: '/events/$id', params: { id } })}
      />
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
