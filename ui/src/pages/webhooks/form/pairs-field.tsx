// Names with values, a row for each: headers and metadata.

import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { Button, IconButton } from '../../../parts/button.tsx';
import * as texts from '../../../texts/texts.ts';
import type { Pair } from './draft.ts';

const field =
  'min-w-0 rounded-md border border-line-strong/60 bg-surface px-3 py-1.5 aria-invalid:border-bad';

export function PairsField({
  label,
  hint,
  error,
  add,
  pairs,
  change,
}: {
  readonly label: string;
  readonly hint: string;
  readonly error: string | undefined;
  readonly add: string;
  readonly pairs: readonly Pair[];
  readonly change: (pairs: readonly Pair[]) => void;
}) {
  const words = texts.webhookForm.pairs;
  const id = useId();
  const invalid = error === undefined ? undefined : true;
  const put = (index: number, pair: Partial<Pair>) =>
    change(pairs.map((one, at) => (at === index ? { ...one, ...pair } : one)));
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5" aria-describedby={`${id}-hint`}>
      <legend className="mb-1 font-medium">{label}</legend>
      {pairs.map(({ name, value }, index) => (
        <div key={index} className="flex items-center gap-2">
          <input
            type="text"
            aria-label={words.name(label, index + 1)}
            placeholder={words.namePlace}
            aria-invalid={invalid}
            value={name}
            onChange={({ target }) => put(index, { name: target.value })}
            className={`${field} w-2/5`}
          />
          <input
            type="text"
            aria-label={words.value(label, index + 1)}
            placeholder={words.valuePlace}
            aria-invalid={invalid}
            value={value}
            onChange={({ target }) => put(index, { value: target.value })}
            className={`${field} grow`}
          />
          <IconButton
            name={words.remove(label, index + 1)}
            icon={<X aria-hidden size={16} />}
            onClick={() => change(pairs.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {error !== undefined && <p className="text-bad">{error}</p>}
      <div>
        <Button
          icon={<Plus aria-hidden size={14} />}
          onClick={() => change([...pairs, { name: '', value: '' }])}
        >
          {add}
        </Button>
      </div>
      <p id={`${id}-hint`} className="text-xs text-quiet">
        {hint}
      </p>
    </fieldset>
  );
}
