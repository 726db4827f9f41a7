// Which events: a tree of the catalogue to tick in, with a search, patterns, and what is chosen so far.

import { useQuery } from '@tanstack/react-query';
import { ChevronRight, X } from 'lucide-react';
import { useDeferredValue, useId, useMemo, useState, type KeyboardEvent } from 'react';
import { catalogueQuery } from '../../../api/event-types.ts';
import { Button } from '../../../parts/button.tsx';
import { classNames } from '../../../parts/class-names.ts';
import { Loading } from '../../../parts/page.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import * as texts from '../../../texts/texts.ts';
import {
  choosableFor,
  groupsOf,
  groupsWith,
  isChosen,
  tickOf,
  toggledGroup,
  toggledType,
  type Choosable,
  type Group,
} from './event-choice.ts';
import { chosenEvents } from './draft.ts';
import type { FormPart } from './form-part.ts';

const everything = '*';
const chipsMax = 24;

export function EventField({ dialect, draft, set, about, label }: FormPart & { readonly label: string }) {
  const words = texts.webhookForm.events;
  const chosen = draft.eventTypes;
  const id = useId();
  const catalogue = useQuery(catalogueQuery);
  const known = useMemo(() => choosableFor(dialect, catalogue.data ?? []), [dialect, catalogue.data]);
  const [text, setText] = useState('');
  const sought = useDeferredValue(text);
  const groups = useMemo(() => groupsOf(known), [known]);
  const shown = useMemo(() => groupsWith(groups, sought), [groups, sought]);
  const choose = (eventTypes: readonly string[]) => set({ eventTypes });
  const error = about('/eventTypes');
  const tree: Tree = {
    chosen,
    choose,
    known,
    patterns: dialect === 'native',
    one: dialect === 'xurrent' ? id : undefined,
    open: sought.trim() !== '',
  };
  return (
    <fieldset
      className="flex min-w-0 flex-col gap-2"
      aria-describedby={error === undefined ? undefined : `${id}-error`}
    >
      <legend className="mb-1 font-medium">{label}</legend>
      <p className="text-xs text-quiet">{words.lead[dialect]}</p>
      <Chosen chosen={chosen} choose={choose} />
      {error !== undefined && (
        <p id={`${id}-error`} className="whitespace-pre-line text-bad">
          {error}
        </p>
      )}
      <div
        className={classNames(
          'overflow-hidden rounded-md border bg-surface',
          error === undefined ? 'border-line-strong/60' : 'border-bad',
        )}
      >
        <div className="border-b border-line p-2">
          <input
            type="search"
            aria-label={words.search}
            aria-invalid={error === undefined ? undefined : true}
            placeholder={words.search}
            value={text}
            onChange={({ target }) => setText(target.value)}
            onKeyDown={keepFromSending}
            className="w-full rounded-md border border-line-strong/60 bg-surface px-3 py-1.5"
          />
        </div>
        <div className="max-h-96 overflow-y-auto py-1">
          {tree.patterns && (
            <label className="flex items-center gap-2.5 px-3 py-1.5 hover:bg-sunken">
              <input
                type="checkbox"
                className="ml-6 size-4 accent-accent"
                checked={chosen.includes(everything)}
                onChange={({ target }) => choose(target.checked ? [everything] : [])}
              />
              <span className="font-medium">{words.all}</span>
              <code className="text-xs text-quiet">{everything}</code>
            </label>
          )}
          {catalogue.isPending && (
            <div className="px-3">
              <Loading />
            </div>
          )}
          {catalogue.isError && (
            <ProblemNote error={catalogue.error} retry={() => void catalogue.refetch()} />
          )}
          {shown.map((group) => (
            <Branch key={`${group.dialect} ${group.name}`} group={group} tree={tree} />
          ))}
          {catalogue.isSuccess && shown.length === 0 && (
            <p className="px-3 py-3 text-quiet">{sought === '' ? words.noTypes : words.noneFound}</p>
          )}
        </div>
        {tree.patterns && <OwnPattern draft={draft} set={set} />}
      </div>
    </fieldset>
  );
}

type Choose = (eventTypes: readonly string[]) => void;
type Tree = {
  readonly chosen: readonly string[];
  readonly choose: Choose;
  readonly known: readonly Choosable[];
  readonly patterns: boolean;
  /** The name of the radios of all groups, where there is exactly one choice. */
  readonly one: string | undefined;
  readonly open: boolean;
};

function Branch({ group, tree }: { readonly group: Group; readonly tree: Tree }) {
  const words = texts.webhookForm.events;
  const { chosen, choose, known, patterns, one } = tree;
  const tick = tickOf(chosen, group);
  const [opened, setOpened] = useState<boolean | undefined>(undefined);
  const open = tree.open || (opened ?? tick === 'some');
  const count = group.types.filter(({ name }) => isChosen(chosen, name)).length;
  return (
    <div>
      <div className="flex items-center gap-2 px-3 py-1.5 hover:bg-sunken">
        <button
          type="button"
          aria-expanded={open}
          aria-label={words.open(group.name)}
          onClick={() => setOpened(!open)}
          className="inline-flex size-6 -ml-1 shrink-0 items-center justify-center rounded text-quiet hover:text-ink"
        >
          <ChevronRight aria-hidden size={14} className={open ? 'rotate-90' : undefined} />
        </button>
        <label className="flex min-w-0 grow items-center gap-2.5">
          {one === undefined && (
            <input
              type="checkbox"
              className="size-4 shrink-0 accent-accent"
              checked={tick === 'all'}
              ref={(box) => {
                if (box !== null) box.indeterminate = tick === 'some';
              }}
              onChange={() => choose(toggledGroup(chosen, group, known, patterns))}
            />
          )}
          <span className="truncate font-medium">{group.name}</span>
          {patterns && group.pattern !== null && (
            <code className="truncate text-xs text-quiet">{group.pattern}</code>
          )}
        </label>
        {patterns && group.dialect !== 'native' && (
          <span className="text-xs text-quiet max-sm:hidden">{texts.states.dialect[group.dialect]}</span>
        )}
        <span className="w-10 text-right text-xs text-quiet tabular-nums">
          {one === undefined ? words.ofCount(count, group.types.length) : group.types.length}
        </span>
      </div>
      {open &&
        group.shown.map((type) => (
          <label
            key={type.name}
            className="flex items-start gap-2.5 py-1 pr-3 pl-16 hover:bg-sunken max-sm:pl-11"
          >
            <input
              type={one === undefined ? 'checkbox' : 'radio'}
              name={one}
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={isChosen(chosen, type.name)}
              onChange={() => choose(one === undefined ? toggledType(chosen, type.name, known) : [type.name])}
            />
            <span className="min-w-0">
              <code className="text-xs break-all">{type.name}</code>
              {type.description !== '' && (
                <span className="block text-xs break-words text-quiet">{type.description}</span>
              )}
            </span>
          </label>
        ))}
    </div>
  );
}

function Chosen({ chosen, choose }: { readonly chosen: readonly string[]; readonly choose: Choose }) {
  const words = texts.webhookForm.events;
  const [all, setAll] = useState(false);
  if (chosen.length === 0) return null;
  const shown = all ? chosen : chosen.slice(0, chipsMax);
  return (
    <ul aria-label={words.chosen} className="flex flex-wrap gap-1.5">
      {shown.map((pattern) => (
        <li
          key={pattern}
          className="inline-flex max-w-full items-center gap-1 rounded-full bg-accent-soft py-0.5 pr-1 pl-2.5 text-accent-strong"
        >
          <code className="truncate text-xs">{pattern}</code>
          <button
            type="button"
            aria-label={words.remove(pattern)}
            onClick={() => choose(chosen.filter((one) => one !== pattern))}
            className="inline-flex size-6 shrink-0 items-center justify-center rounded-full hover:bg-surface"
          >
            <X aria-hidden size={12} />
          </button>
        </li>
      ))}
      {shown.length < chosen.length && (
        <li>
          <Button kind="quiet" onClick={() => setAll(true)}>
            {texts.common.showAll(chosen.length)}
          </Button>
        </li>
      )}
    </ul>
  );
}

/** For types that the catalogue does not have, or not yet. */
function OwnPattern({ draft, set }: Pick<FormPart, 'draft' | 'set'>) {
  const words = texts.webhookForm.events;
  const add = () => set({ eventTypes: chosenEvents(draft), typedEvent: '' });
  return (
    <div className="flex items-center gap-2 border-t border-line p-2">
      <input
        type="text"
        aria-label={words.own}
        placeholder={words.ownExample}
        value={draft.typedEvent}
        spellCheck={false}
        onChange={({ target }) => set({ typedEvent: target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') add();
          keepFromSending(event);
        }}
        className="min-w-0 grow rounded-md border border-line-strong/60 bg-surface px-3 py-1.5 font-mono text-xs"
      />
      <Button disabled={draft.typedEvent.trim() === ''} onClick={add}>
        {words.add}
      </Button>
    </div>
  );
}

/** Enter in a field of its own does not send the form around it. */
function keepFromSending(event: KeyboardEvent): void {
  if (event.key === 'Enter') event.preventDefault();
}
