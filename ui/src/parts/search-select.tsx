// A choice among many: a button that opens a list with a field to search it.

import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown } from 'lucide-react';
import * as texts from '../texts/texts.ts';
import type { Choice } from './field.tsx';

export function SearchSelect({
  label,
  value,
  choices,
  choose,
}: {
  readonly label: string;
  readonly value: string;
  /** The first is that nothing is chosen; a value that is none of them shows as it is. */
  readonly choices: readonly Choice[];
  readonly choose: (value: string) => void;
}) {
  const known = choices.find((choice) => choice.value === value);
  const items = known === undefined ? [...choices, { value, label: value }] : choices;
  const chosen = known ?? { value, label: value };
  return (
    <Combobox.Root
      items={items}
      value={chosen}
      onValueChange={(next) => choose(next?.value ?? '')}
      isItemEqualToValue={(one, other) => one.value === other.value}
      autoHighlight
    >
      <Combobox.Trigger
        aria-label={`${label}: ${chosen.label}`}
        className="inline-flex min-h-8 max-w-60 min-w-0 items-center justify-between gap-2 rounded-md border border-line-strong/60 bg-surface px-3 py-1.5 text-left max-md:w-full max-md:max-w-none"
      >
        <span className="truncate">{chosen.label}</span>
        <ChevronsUpDown aria-hidden size={13} className="shrink-0 text-quiet" />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner align="start" sideOffset={4} className="z-50">
          <Combobox.Popup
            aria-label={label}
            className="w-80 max-w-[var(--available-width)] rounded-lg border border-line bg-raised p-1 shadow-lg"
          >
            <Combobox.Input
              placeholder={texts.common.search}
              aria-label={texts.common.search}
              className="mb-1 w-full rounded-md border border-line-strong/60 bg-surface px-2.5 py-1.5"
            />
            <Combobox.Empty className="px-2.5 py-2 text-quiet empty:hidden">
              {texts.common.none}
            </Combobox.Empty>
            <Combobox.List className="max-h-[min(20rem,var(--available-height))] overflow-y-auto overscroll-contain">
              {(choice: Choice) => (
                <Combobox.Item
                  key={choice.value}
                  value={choice}
                  className="grid cursor-pointer grid-cols-[1rem_1fr] items-center gap-2 rounded-md px-2 py-1.5 outline-none data-[highlighted]:bg-sunken"
                >
                  <Combobox.ItemIndicator className="col-start-1">
                    <Check aria-hidden size={14} />
                  </Combobox.ItemIndicator>
                  <span className="col-start-2 truncate">{choice.label}</span>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
