// One event type: what it means, what its data looks like, who gets it, and how to publish one.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, LinkButton } from '../../parts/button.tsx';
import { useState } from 'react';
import {
  addSchemaVersion,
  changeEventType,
  deleteEventType,
  eventTypeQuery,
  type EventType,
} from '../../api/event-types.ts';
import { useMay } from '../../api/session.ts';
import { Badge } from '../../parts/badge.tsx';
import { Code, CopyableId } from '../../parts/copy.tsx';
import { ConfirmDialog, Dialog, Drawer } from '../../parts/dialog.tsx';
import { TextArea } from '../../parts/field.tsx';
import { JsonTree } from '../../parts/json-tree.tsx';
import { Card, Facts, Loading } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { DialectBadge } from '../../parts/states.tsx';
import { Moment } from '../../parts/time.tsx';
import { tell, tellProblem } from '../../parts/toasts.tsx';
import * as texts from '../../texts/texts.ts';
import { jsonIn } from '../../parts/json-in.ts';

const words = texts.catalogue;

export function EventTypeDrawer({ name, close }: { readonly name: string; readonly close: () => void }) {
  const { data, error, refetch } = useQuery(eventTypeQuery(name));
  return (
    <Drawer open close={close} title={<code className="text-sm">{name}</code>}>
      {error !== null && <ProblemNote error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && <EventTypeFacts type={data} close={close} />}
    </Drawer>
  );
}

function EventTypeFacts({ type, close }: { readonly type: EventType; readonly close: () => void }) {
  const { name, dialect, builtIn, description, group, archivedAt, createdAt, schemas, examples } = type;
  const newest = schemas.at(-1);
  const example = examples[0] ?? {};
  return (
    <div className="flex flex-col gap-4">
      <Card>
        <Facts
          facts={[
            [words.name, <CopyableId key="name" id={name} />],
            [words.dialect, <DialectBadge key="dialect" dialect={dialect} />],
            [words.description, description === '' ? texts.common.none : description],
            [words.group, group ?? texts.common.none],
            ...(createdAt === null ? [] : [[words.created, <Moment key="at" at={createdAt} />] as const]),
            ...(archivedAt === null ? [] : [[words.archived, <Moment key="at" at={archivedAt} />] as const]),
          ]}
        />
        {builtIn && <p className="mt-3 text-quiet">{words.builtIn}</p>}
      </Card>
      <Card
        title={newest === undefined ? words.schema : `${words.schema} · ${words.version(newest.version)}`}
        actions={<NewSchema type={type} />}
      >
        {newest === undefined ? (
          <p className="text-quiet">{words.noSchema}</p>
        ) : (
          <JsonTree value={newest.schema} />
        )}
        {schemas.length > 1 && (
          <ul className="mt-3 flex flex-col gap-1 text-quiet">
            {schemas
              .slice(0, -1)
              .toReversed()
              .map(({ version, createdAt: at }) => (
                <li key={version}>
                  <Badge>{words.version(version)}</Badge> <Moment at={at} />
                </li>
              ))}
          </ul>
        )}
      </Card>
      <Card title={words.publish}>
        <Code label={words.publish} text={curlFor(name, example)} />
      </Card>
      <div className="flex flex-wrap gap-2">
        <LinkButton to="/webhooks" search={{ eventType: name }}>
          {words.webhooks}
        </LinkButton>
        <LinkButton to="/events" search={{ type: name }}>
          {words.events}
        </LinkButton>
        <Changes type={type} close={close} />
      </div>
    </div>
  );
}

/** Archiving and deleting; neither touches what was published. */
function Changes({ type, close }: { readonly type: EventType; readonly close: () => void }) {
  const may = useMay();
  const queries = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const changed = () => queries.invalidateQueries({ queryKey: ['event-types'] });
  if (type.builtIn) return null;
  const archived = type.archivedAt !== null;
  const archive = async () => {
    try {
      await changeEventType(type.name, { archived: !archived });
      tell(archived ? words.wasRestored(type.name) : words.wasArchived(type.name));
      await changed();
    } catch (error) {
      tellProblem(words.archive, error);
    }
  };
  return (
    <>
      {may('EVENTTYPES:EDIT') && (
        <Button onClick={() => void archive()}>{archived ? words.restore : words.archive}</Button>
      )}
      {may('EVENTTYPES:REMOVE') && (
        <Button kind="danger" onClick={() => setDeleting(true)}>
          {words.delete}
        </Button>
      )}
      <ConfirmDialog
        open={deleting}
        close={() => setDeleting(false)}
        title={words.deleteTitle(type.name)}
        confirm={words.delete}
        act={async () => {
          await deleteEventType(type.name);
          tell(words.wasDeleted(type.name));
          close();
          await changed();
        }}
      >
        {words.deleteEffect}
      </ConfirmDialog>
    </>
  );
}

function NewSchema({ type: { name, builtIn, schemas } }: { readonly type: EventType }) {
  const may = useMay();
  const queries = useQueryClient();
  const [text, setText] = useState<string | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const [busy, setBusy] = useState(false);
  if (builtIn || !may('EVENTTYPES:EDIT')) return null;
  const schema = jsonIn(text ?? '');
  const add = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await addSchemaVersion(name, schema.value);
      await queries.invalidateQueries({ queryKey: ['event-types'] });
      setText(undefined);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const start = JSON.stringify(schemas.at(-1)?.schema ?? { type: 'object', properties: {} }, undefined, 2);
  return (
    <>
      <Button kind="quiet" onClick={() => setText(start)}>
        {words.newSchema}
      </Button>
      <Dialog
        wide
        open={text !== undefined}
        close={() => setText(undefined)}
        title={words.newSchemaTitle(name)}
      >
        <div className="flex flex-col gap-4">
          <TextArea
            label={words.schema}
            hint={words.schemaHint}
            error={schema.problem}
            rows={16}
            className="font-mono text-xs"
            value={text ?? ''}
            onChange={({ target }) => setText(target.value)}
          />
          {error !== undefined && <ProblemNote error={error} />}
          <div className="flex justify-end gap-2">
            <Button onClick={() => setText(undefined)}>{texts.common.cancel}</Button>
            <Button
              kind="primary"
              busy={busy}
              disabled={schema.problem !== undefined}
              onClick={() => void add()}
            >
              {words.addSchema}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}

function curlFor(type: string, data: unknown): string {
  const body = JSON.stringify({ type, data }).replaceAll("'", String.raw`'\''`);
  return [
    `curl ${location.origin}/api/v1/events \\`,
    '  -H "Authorization: Bearer $KEY" -H \'Content-Type: application/json\' \\',
    `  -d '${body}'`,
  ].join('\n');
}
