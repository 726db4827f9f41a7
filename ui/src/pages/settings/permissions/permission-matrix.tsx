// Permissions as a table of what by action: to look at, or to choose from. What does nothing has no box.

import type { Permission } from '../../../api/session.ts';
import { Check } from 'lucide-react';
import * as texts from '../../../texts/texts.ts';
import { actions, entities, meaningOf, permission, type Entity } from './permissions.ts';

const words = texts.permissions;

const isAny = (): boolean => true;

export function PermissionMatrix({
  value,
  choose,
  offered = isAny,
  about = entities,
}: {
  readonly value: readonly Permission[];
  /** Without it, the table is to look at. */
  readonly choose?: (value: readonly Permission[]) => void;
  /** What the person may give. */
  readonly offered?: (permission: Permission) => boolean;
  readonly about?: readonly Entity[];
}) {
  const held = new Set(value);
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table aria-label={words.label} className="w-full border-collapse">
        <thead>
          <tr className="border-b border-line text-left text-xs text-quiet">
            <th scope="col" className="px-3 py-2 font-medium">
              {words.entity}
            </th>
            {actions.map((action) => (
              <th key={action} scope="col" className="w-20 px-2 py-2 text-center font-medium max-sm:w-14">
                {words.actions[action]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {about.map((entity) => (
            <tr key={entity} className="border-b border-line last:border-0">
              <th scope="row" className="px-3 py-1.5 text-left font-medium">
                {words.entities[entity]}
              </th>
              {actions.map((action) => {
                const one = permission(entity, action);
                return (
                  <td key={action} className="px-2 py-1.5 text-center">
                    <Cell
                      permission={one}
                      name={words.cell(words.entities[entity], words.actions[action])}
                      checked={held.has(one)}
                      isOffered={offered(one)}
                      {...(choose === undefined
                        ? {}
                        : {
                            toggle: () =>
                              choose(
                                held.has(one) ? value.filter((other) => other !== one) : [...value, one],
                              ),
                          })}
                    />
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({
  permission: one,
  name,
  checked,
  isOffered,
  toggle,
}: {
  readonly permission: Permission;
  readonly name: string;
  readonly checked: boolean;
  readonly isOffered: boolean;
  readonly toggle?: () => void;
}) {
  const meaning = meaningOf(one);
  if (meaning === undefined) return null;
  if (toggle === undefined) {
    return checked ? (
      <span title={meaning}>
        <Check aria-hidden size={16} className="inline text-good" />
        <span className="sr-only">{meaning}</span>
      </span>
    ) : (
      <span aria-hidden className="text-quiet">
        –
      </span>
    );
  }
  return (
    <input
      type="checkbox"
      aria-label={name}
      title={isOffered ? meaning : words.lacking}
      // What somebody has without being able to give it, they can take away.
      disabled={!isOffered && !checked}
      checked={checked}
      onChange={toggle}
      className="size-4 align-middle accent-accent disabled:opacity-40"
    />
  );
}
