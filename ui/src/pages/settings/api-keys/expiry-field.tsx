// Until when a key is good: a usual length, a day, or for ever.

import { SelectField, TextField } from '../../../parts/field.tsx';
import { day } from '../../../parts/time.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.apiKeys.expiry;
const dayMs = 86_400_000;

export type ExpiryDraft = {
  readonly choice: 'keep' | 'never' | '30' | '90' | '365' | 'custom';
  /** As the field has it: YYYY-MM-DD. */
  readonly day: string;
};

/** Undefined where it stays as it is. */
export function expiryOf({ choice, day: text }: ExpiryDraft, nowMs: number): string | null | undefined {
  if (choice === 'keep') return undefined;
  if (choice === 'never') return null;
  // The end of the day, where the person is.
  if (choice === 'custom') return new Date(`${text}T23:59:59`).toISOString();
  return new Date(nowMs + Number(choice) * dayMs).toISOString();
}

export function ExpiryField({
  current,
  value,
  choose,
  error,
}: {
  readonly current: string | null | undefined;
  readonly value: ExpiryDraft;
  readonly choose: (value: ExpiryDraft) => void;
  readonly error: string | undefined;
}) {
  const kept = typeof current === 'string' ? [{ value: 'keep', label: words.keep(day(current)) }] : [];
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <SelectField
        label={words.label}
        hint={words.hint}
        error={error}
        value={value.choice}
        onChange={({ target }) => choose({ ...value, choice: target.value as ExpiryDraft['choice'] })}
        choices={[
          ...kept,
          ...(['never', '30', '90', '365', 'custom'] as const).map((one) => ({
            value: one,
            label: words[one],
          })),
        ]}
      />
      {value.choice === 'custom' && (
        <TextField
          label={words.day}
          type="date"
          required
          value={value.day}
          onChange={({ target }) => choose({ ...value, day: target.value })}
        />
      )}
    </div>
  );
}
