// Publishing a test event: its type from the catalogue, its data as JSON, and then, live, where it goes.

import { Autocomplete } from '@base-ui/react/autocomplete';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { Problem } from '../../api/call.ts';
import { catalogueQuery, eventTypeQuery } from '../../api/event-types.ts';
import { publishEvent } from '../../api/events.ts';
import { useMay } from '../../api/session.ts';
import type { Accepted } from '../../api/types.ts';
import { Button } from '../../parts/button.tsx';
import { CopyableId } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field, TextArea } from '../../parts/field.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import * as texts from '../../texts/texts.ts';
import { useEvent } from './page.tsx';
import { Routing } from './routing.tsx';
import { sampleOf } from './sample.ts';

const words = texts.events.publish;
const firstData = '{\n  "hello": "world"\n}';

export function PublishDialog({ close }: { readonly close: () => void }) {
  const [accepted, setAccepted] = useState<Accepted | undefined>();
  return (
    <Dialog open close={close} title={words.title} wide>
      {accepted === undefined ? (
        <Form done={setAccepted} />
      ) : (
        <Went accepted={accepted} again={() => setAccepted(undefined)} />
      )}
    </Dialog>
  );
}

function Form({ done }: { readonly done: (accepted: Accepted) => void }) {
  const may = useMay();
  const [type, setType] = useState('');
  // As long as nobody has written their own, the data follows the type.
  const [written, setWritten] = useState<string | undefined>();
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const { data: types = [] } = useQuery({ ...catalogueQuery, enabled: may('EVENTTYPES:VIEW') });
  const names = [...new Set(types.filter(({ archivedAt }) => archivedAt === null).map(({ name }) => name))];
  const { data: catalogued } = useQuery({
    ...eventTypeQuery(type),
    enabled: names.includes(type),
    retry: false,
  });
  const sample = catalogued === undefined ? undefined : sampleOf(catalogued);
  const data = written ?? sample ?? firstData;
  const problem = problemOf(data);
  const declined = error instanceof Problem ? error : undefined;

  /** What was declined is not there any more. */
  const write = (next: string | undefined) => {
    setWritten(next);
    setError(undefined);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setError(undefined);
    if (type.trim() === '' || problem !== undefined) return;
    setBusy(true);
    try {
      done(await publishEvent(type.trim(), data));
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4" noValidate>
      <p className="text-quiet">{words.lead}</p>
      <Field
        label={words.type}
        hint={words.typeHint}
        error={tried && type.trim() === '' ? words.noType : declined?.about('/type')}
      >
        {(wired) => (
          <Autocomplete.Root
            items={names}
            value={type}
            onValueChange={(next) => {
              setType(next);
              setError(undefined);
            }}
            openOnInputClick
            limit={100}
          >
            <Autocomplete.Input
              {...wired}
              autoFocus
              autoComplete="off"
              spellCheck={false}
              placeholder="invoice.paid"
              className="w-full rounded-md border border-line-strong/60 bg-surface px-3 py-1.5 aria-invalid:border-bad"
            />
            <Autocomplete.Portal>
              <Autocomplete.Positioner align="start" sideOffset={4} className="z-[60]">
                <Autocomplete.Popup className="w-[var(--anchor-width)] rounded-lg border border-line bg-raised p-1 shadow-lg data-[empty]:hidden">
                  <Autocomplete.List className="max-h-64 overflow-y-auto overscroll-contain">
                    {(name: string) => (
                      <Autocomplete.Item
                        key={name}
                        value={name}
                        className="cursor-pointer truncate rounded-md px-2.5 py-1.5 outline-none data-[highlighted]:bg-sunken"
                      >
                        {name}
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.List>
                </Autocomplete.Popup>
              </Autocomplete.Positioner>
            </Autocomplete.Portal>
          </Autocomplete.Root>
        )}
      </Field>
      <TextArea
        label={words.data}
        hint={words.dataHint}
        error={written === undefined && !tried ? undefined : (problem ?? declined?.about('/data'))}
        value={data}
        onChange={({ currentTarget }) => write(currentTarget.value)}
        rows={12}
        spellCheck={false}
        className="font-mono text-xs"
      />
      <div className="flex flex-wrap gap-2">
        {written !== undefined && sample !== undefined && (
          <Button kind="quiet" onClick={() => write(undefined)}>
            {words.sample}
          </Button>
        )}
        <Button
          kind="quiet"
          disabled={problem !== undefined}
          onClick={() => write(JSON.stringify(JSON.parse(data), null, 2))}
        >
          {words.format}
        </Button>
        <Button type="submit" kind="primary" busy={busy} className="ml-auto">
          {words.submit}
        </Button>
      </div>
      {error !== undefined && <ProblemNote error={error} places={['/type', '/data']} />}
    </form>
  );
}

/** Why the text can't be an event's data; undefined when it can. */
function problemOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : words.notObject;
  } catch (error) {
    return words.notJson(error instanceof Error ? error.message : String(error));
  }
}

function Went({ accepted, again }: { readonly accepted: Accepted; readonly again: () => void }) {
  const navigate = useNavigate();
  const { data: event } = useEvent(accepted.id);
  return (
    <div className="flex flex-col gap-4">
      <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <strong>{words.accepted}</strong>
        <CopyableId id={accepted.id} />
        {accepted.deliveries > 0 && (
          <span className="w-full text-quiet">{words.acceptedTo(accepted.deliveries)}</span>
        )}
      </div>
      {event !== undefined && <Routing event={event} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={again}>{words.another}</Button>
        <Button
          kind="primary"
          onClick={() => void navigate({ to: '/events/$id', params: { id: accepted.id } })}
        >
          {words.open}
        </Button>
      </div>
    </div>
  );
}
