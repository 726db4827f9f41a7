// What narrows the list of webhooks; all of it stands in the URL.

import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useKeys } from '../../app/keys.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { FilterSelect, SearchField } from '../../parts/field.tsx';
import * as texts from '../../texts/texts.ts';

const route = getRouteApi('/shell/webhooks');
const words = texts.webhooks.filters;
const typingMs = 250;

export function WebhookFilters() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<Record<keyof typeof search, string>>) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <SearchText value={search.q ?? ''} change={(q) => set({ q })} />
      <FilterSelect
        label={words.state}
        value={search.state ?? ''}
        onChange={({ target }) => set({ state: target.value })}
        choices={[
          { value: '', label: words.anyState },
          ...(['active', 'paused', 'disabled'] as const).map((state) => ({
            value: state,
            label: texts.states.webhook[state],
          })),
        ]}
      />
      <FilterSelect
        label={words.dialect}
        value={search.dialect ?? ''}
        onChange={({ target }) => set({ dialect: target.value })}
        choices={[
          { value: '', label: words.anyDialect },
          ...Object.entries(texts.states.dialect).map(([value, label]) => ({ value, label })),
        ]}
      />
      <label className="inline-flex min-h-8 items-center gap-2 px-1">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={search.failing === 'true'}
          onChange={({ target }) => set({ failing: target.checked ? 'true' : '' })}
        />
        {words.failing}
      </label>
      {search.eventType !== undefined && <Badge tone="accent">{words.gets(search.eventType)}</Badge>}
      {Object.keys(search).length > 0 && (
        <Button kind="quiet" onClick={() => void navigate({ search: {}, replace: true })}>
          {words.clear}
        </Button>
      )}
    </div>
  );
}

/** Asks once the typing rests, and follows the URL where that is changed by something else. */
function SearchText({ value, change }: { readonly value: string; readonly change: (text: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setText(value);
  }
  useKeys([{ key: '/', label: texts.webhooks.filters.search, act: () => field.current?.focus() }]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => change(text), typingMs);
    return () => clearTimeout(timer);
  });
  return (
    <SearchField
      ref={field}
      label={words.search}
      maxLength={200}
      value={text}
      onChange={({ target }) => setText(target.value)}
    />
  );
}
