// What something may do: one of a few usual sets, or chosen one by one.

import { useId } from 'react';
import type { Permission } from '../../../api/session.ts';
import { classNames } from '../../../parts/class-names.ts';
import * as texts from '../../../texts/texts.ts';
import { PermissionMatrix } from './permission-matrix.tsx';
import type { Entity } from './permissions.ts';

const words = texts.permissions;

type PresetName = Exclude<keyof typeof words.presets, 'label'>;
export type Preset = { readonly name: PresetName; readonly permissions: readonly Permission[] };
export type PresetChoice = { readonly preset: PresetName; readonly permissions: readonly Permission[] };

export function ChoosePermissions({
  presets,
  value,
  choose,
  offered,
  about,
}: {
  readonly presets: readonly Preset[];
  readonly value: PresetChoice;
  readonly choose: (value: PresetChoice) => void;
  readonly offered: (permission: Permission) => boolean;
  readonly about?: readonly Entity[];
}) {
  const id = useId();
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 font-medium">{words.presets.label}</legend>
      <div className={classNames('grid gap-2', presets.length === 2 ? 'sm:grid-cols-3' : 'sm:grid-cols-2')}>
        {[...presets, { name: 'custom' as const, permissions: value.permissions }].map(
          ({ name, permissions }) => (
            <label
              key={name}
              className="flex cursor-pointer items-start gap-2 rounded-lg border border-line px-3 py-2 has-checked:border-accent has-checked:bg-accent-soft"
            >
              <input
                type="radio"
                name={id}
                checked={value.preset === name}
                onChange={() => choose({ preset: name, permissions })}
                aria-describedby={`${id}-${name}`}
                aria-label={words.presets[name].name}
                className="mt-0.5 size-4 shrink-0 accent-accent"
              />
              <span>
                <span className="font-medium">{words.presets[name].name}</span>
                <span id={`${id}-${name}`} className="block text-xs text-quiet">
                  {words.presets[name].hint}
                </span>
              </span>
            </label>
          ),
        )}
      </div>
      {value.preset === 'custom' && (
        <PermissionMatrix
          value={value.permissions}
          choose={(permissions) => choose({ preset: 'custom', permissions })}
          offered={offered}
          {...(about === undefined ? {} : { about })}
        />
      )}
    </fieldset>
  );
}
