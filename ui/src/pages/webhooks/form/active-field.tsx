// Whether it delivers, or keeps what comes and waits.

import { Checkbox } from '../../../parts/field.tsx';
import * as texts from '../../../texts/texts.ts';
import type { FormPart } from './form-part.ts';

export function ActiveField({ draft, set, about }: FormPart) {
  const words = texts.webhookForm;
  const error = about('/state');
  return (
    <div className="flex flex-col gap-1">
      <Checkbox
        label={words.active}
        hint={words.activeHint}
        checked={draft.active}
        onChange={({ target }) => set({ active: target.checked })}
      />
      {error !== undefined && <p className="text-bad">{error}</p>}
    </div>
  );
}
