// What to do with all deliveries that meet the filters, loaded or not: deliver them again, or retry or cancel what waits.

import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { cancelMany, retryMany, type DeliveryFilter } from '../../api/deliveries.ts';
import { createReplay, replayCountQuery, type ReplayPlan } from '../../api/replays.ts';
import { useMay } from '../../api/session.ts';
import { Button } from '../../parts/button.tsx';
import { ConfirmDialog, Dialog } from '../../parts/dialog.tsx';
import { Checkbox } from '../../parts/field.tsx';
import { Menu } from '../../parts/menu.tsx';
import { Spinner } from '../../parts/button.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { tell } from '../../parts/toasts.tsx';
import * as texts from '../../texts/texts.ts';
import { filterNow, type DeliverySearch } from './filters.tsx';

const words = texts.deliveries.all;
const endedStates = ['exhausted', 'cancelled', 'skipped', 'delivered'] as const;
type EndedState = (typeof endedStates)[number];

type Asked = { readonly what: 'replay' | 'retry' | 'cancel'; readonly filter: DeliveryFilter };

export function AllThatMatch({ search }: { readonly search: DeliverySearch }) {
  const may = useMay();
  const [asked, setAsked] = useState<Asked | undefined>();
  const close = () => setAsked(undefined);
  const ask = (what: Asked['what']) => () => setAsked({ what, filter: filterNow(search, Date.now()) });
  const waits = search.state === undefined || search.state === 'scheduled';
  // One delivery or event has its own page, with its own buttons.
  const isOne = search.id !== undefined || search.eventId !== undefined;
  const actions = [
    ...(may('DELIVERIES:ADD') && search.state !== 'scheduled' && !isOne
      ? [{ label: words.replay, act: ask('replay') }]
      : []),
    ...(may('DELIVERIES:ADD', 'DELIVERIES:EDIT') && waits ? [{ label: words.retry, act: ask('retry') }] : []),
    ...(may('DELIVERIES:EDIT') && waits ? [{ label: words.cancel, danger: true, act: ask('cancel') }] : []),
  ];
  if (actions.length === 0) return null;
  return (
    <>
      <Menu
        label={words.menu}
        trigger={
          <>
            {words.menu} <ChevronDown aria-hidden size={14} />
          </>
        }
        actions={actions}
        className="inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md border border-line-strong/50 bg-surface px-3 py-1 font-medium hover:bg-sunken"
      />
      {asked?.what === 'replay' && <ReplayDialog filter={asked.filter} close={close} />}
      {asked?.what === 'retry' && <AllScheduled what="retry" filter={asked.filter} close={close} />}
      {asked?.what === 'cancel' && <AllScheduled what="cancel" filter={asked.filter} close={close} />}
    </>
  );
}

/** Counts first, for the states that are ticked; then starts the replay. */
function ReplayDialog({ filter, close }: { readonly filter: DeliveryFilter; readonly close: () => void }) {
  const [states, setStates] = useState<readonly EndedState[]>(() =>
    endedStates.filter((state) => state === (filter.state ?? 'exhausted')),
  );
  const plan = planOf(filter, states);
  const count = useQuery(replayCountQuery(plan, states.length > 0));
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const isNothing = states.length === 0 || count.data?.count === 0;
  const start = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { id } = await createReplay(plan);
      await navigate({ to: '/replays/$id', params: { id } });
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };
  const problem = error ?? count.error ?? undefined;
  return (
    <Dialog open close={close} title={words.replayTitle}>
      <div className="flex flex-col gap-4">
        <p>{words.replayLead}</p>
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 font-medium">{words.replayFilter}</legend>
          {endedStates.map((state) => (
            <Checkbox
              key={state}
              label={texts.states.delivery[state]}
              checked={states.includes(state)}
              onChange={({ currentTarget: { checked } }) =>
                setStates(endedStates.filter((one) => (one === state ? checked : states.includes(one))))
              }
            />
          ))}
        </fieldset>
        <p role="status" className="rounded-md bg-sunken px-3 py-2 font-medium">
          {isNothing ? (
            words.nothing
          ) : count.data === undefined ? (
            <span className="inline-flex items-center gap-2">
              <Spinner /> {words.counting}
            </span>
          ) : (
            words.count(texts.numbers.count(count.data.count), count.data.atLeast)
          )}
        </p>
        {problem !== undefined && <ProblemNote error={problem} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>{texts.common.cancel}</Button>
          <Button
            kind="primary"
            busy={busy}
            disabled={isNothing || count.data === undefined}
            onClick={() => void start()}
          >
            {words.start}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function planOf(
  { webhookId, eventType, outcome, statusClass, error, from, to }: DeliveryFilter,
  states: readonly EndedState[],
): ReplayPlan {
  // The server judges what the URL says.
  return {
    states: [...states],
    ...(webhookId === undefined ? {} : { webhookId }),
    ...(eventType === undefined ? {} : { eventTypes: [eventType] }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(statusClass === undefined ? {} : { statusClass }),
    ...(error === undefined ? {} : { error }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  } as ReplayPlan;
}

/** Call after call, a thousand deliveries each, until none is left. */
function AllScheduled({
  what,
  filter: asked,
  close,
}: {
  readonly what: 'retry' | 'cancel';
  readonly filter: DeliveryFilter;
  readonly close: () => void;
}) {
  const [done, setDone] = useState(0);
  // Whichever state is asked for, these acts are about what is scheduled.
  const filter = Object.fromEntries(
    Object.entries(asked).filter(([name]) => name !== 'state' && name !== 'id'),
  );
  const isOpenEnded = Object.keys(filter).length === 0;
  const run = async () => {
    let more = true;
    let total = 0;
    while (more) {
      const answer = what === 'cancel' ? await cancelMany({ filter }) : await retryMany({ filter });
      total += 'cancelled' in answer ? answer.cancelled : answer.retried;
      more = answer.more;
      setDone(total);
    }
    const told = texts.deliveries.bulk;
    tell(what === 'cancel' ? told.cancelled(total) : told.retried(total, 0, 0));
  };
  if (isOpenEnded) {
    return (
      <Dialog open close={close} title={words.menu}>
        <p>{words.needsFilter}</p>
      </Dialog>
    );
  }
  const isCancel = what === 'cancel';
  return (
    <ConfirmDialog
      open
      close={close}
      title={isCancel ? words.cancelTitle : words.retryTitle}
      confirm={isCancel ? words.cancelConfirm : words.retryConfirm}
      danger={isCancel}
      act={run}
    >
      <p>{isCancel ? words.cancelLead : words.retryLead}</p>
      {done > 0 && (
        <p role="status" className="mt-2 text-quiet">
          {words.done(done)}
        </p>
      )}
    </ConfirmDialog>
  );
}
