// Names with values, a row for each: headers and metadata.

import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { Button, IconButton } from '../../../parts/button.tsx';
import * as texts from '../../../texts/texts.ts';
import type { FormPart } from './form-part.ts';
import { pairPlace, type Pair } from './pairs.ts';

const field =
  'min-w-0 rounded-md border border-line-strong/60 bg-surface px-3 py-1.5 aria-invalid:border-bad';

export function PairsField({
  label,
  hint,
  place,
  about,
  add,
  pairs,
  change,
}: {
  readonly label: string;
  readonly hint: string;
  /** The JSON pointer of the object that the rows make. */
  readonly place: string;
  readonly about: FormPart['about'];
  readonly add: string;
  readonly pairs: readonly Pair[];
  readonly change: (pairs: readonly Pair[]) => void;
}) {
  const words = texts.webhookForm.pairs;
  const id = useId();
  const error = about(place);
  const isWrong = (pair: Pair) =>
    pair.name + pair.value !== '' && about(pairPlace(place, pair.name)) !== undefined;
  // What is wrong with all of them together stands at every row.
  const together = error !== undefined && !pairs.some(isWrong);
  const put = (index: number, pair: Partial<Pair>) =>
    change(pairs.map((one, at) => (at === index ? { ...one, ...pair } : one)));
  const wired = (pair: Pair) =>
    together || isWrong(pair) ? { 'aria-invalid': true, 'aria-describedby': `${id}-error` } : {};
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5" aria-describedby={`${id}-hint`}>
      <legend className="mb-1 font-medium">{label}</legend>
      {pairs.map((pair, index) => (
        <div key={index} className="flex items-center gap-2">
          <input
            type="text"
            aria-label={words.name(label, index + 1)}
            placeholder={words.namePlace}
            {...wired(pair)}
            value={pair.name}
            onChange={({ target }) => put(index, { name: target.value })}
            className={`${field} w-2/5`}
          />
          <input
            type="text"
            aria-label={words.value(label, index + 1)}
            placeholder={words.valuePlace}
            {...wired(pair)}
            value={pair.value}
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
      {error !== undefined && (
        <p id={`${id}-error`} className="whitespace-pre-line text-bad">
          {error}
        </p>
      )}
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
