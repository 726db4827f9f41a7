// A new event type: its name, what it means, and, if wanted, an example and a schema of its data.

import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Problem } from '../../api/call.ts';
import { createEventType } from '../../api/event-types.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { TextArea, TextField } from '../../parts/field.tsx';
import { jsonIn } from '../../parts/json-in.ts';
import { ProblemNote } from '../../parts/problem.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.catalogue;
const blank = { name: '', description: '', group: '', example: '', schema: '' };

export function NewEventType({
  open,
  close,
  created,
}: {
  readonly open: boolean;
  readonly close: () => void;
  readonly created: (name: string) => void;
}) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(blank);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const example = draft.example === '' ? undefined : jsonIn(draft.example);
  const schema = draft.schema === '' ? undefined : jsonIn(draft.schema);
  const problem = error instanceof Problem ? error : undefined;

  const field = (name: keyof typeof blank) => ({
    value: draft[name],
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      setDraft({ ...draft, [name]: target.value }),
  });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const { name } = await createEventType({
        name: draft.name.trim(),
        description: draft.description,
        group: draft.group === '' ? null : draft.group,
        ...(example === undefined ? {} : { examples: [example.value] }),
        ...(schema === undefined ? {} : { schema: schema.value }),
      });
      await queries.invalidateQueries({ queryKey: ['event-types'] });
      setDraft(blank);
      close();
      created(name);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog wide open={open} close={close} title={words.create}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <TextField
          label={words.name}
          hint={words.nameHint}
          required
          error={problem?.about('/name')}
          {...field('name')}
        />
        <TextField
          label={words.description}
          error={problem?.about('/description')}
          {...field('description')}
        />
        <TextField
          label={words.group}
          hint={words.groupHint}
          error={problem?.about('/group')}
          {...field('group')}
        />
        <TextArea
          label={words.example}
          hint={words.exampleHint}
          rows={4}
          className="font-mono text-xs"
          error={example?.problem ?? problem?.about('/examples')}
          {...field('example')}
        />
        <TextArea
          label={words.schema}
          hint={words.schemaHint}
          rows={6}
          className="font-mono text-xs"
          error={schema?.problem ?? problem?.about('/schema')}
          {...field('schema')}
        />
        {error !== undefined && (
          <ProblemNote error={error} places={['/name', '/description', '/group', '/examples', '/schema']} />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>{texts.common.cancel}</Button>
          <Button
            type="submit"
            kind="primary"
            busy={busy}
            disabled={example?.problem !== undefined || schema?.problem !== undefined}
          >
            {words.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
