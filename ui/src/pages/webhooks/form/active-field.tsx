// Whether it delivers, or keeps what comes and waits.

import { Checkbox } from '../../../parts/field.tsx';
import * as texts from '../../../texts/texts.ts';
import type { FormPart } from './form-part.ts';

export function ActiveField({ draft, set, about }: FormPart) {
  const words = texts.webhookForm;
  return (
    <Checkbox
      label={words.active}
      hint={words.activeHint}
      checked={draft.active}
      error={about('/state')}
      onChange={({ target }) => set({ active: target.checked })}
    />
  );
}
