// Sets of permissions: which there are, and how a set is told in a few words. Pure.

import type { Permission } from '../../../api/session.ts';
import * as texts from '../../../texts/texts.ts';

const words = texts.permissions;

export type Entity = keyof typeof words.entities;
export type Action = keyof typeof words.actions;

export const entities = Object.keys(words.entities) as Entity[];
export const actions = Object.keys(words.actions) as Action[];
export const allPermissions = entities.flatMap((entity) =>
  actions.map((action) => permission(entity, action)),
);

export function permission(entity: Entity, action: Action): Permission {
  return `${entity}:${action}`;
}

/** What a permission lets somebody do; undefined for what nothing asks for. */
export function meaningOf(one: Permission): string | undefined {
  return words.meanings[one];
}

/** The whole of a set in a line: by its kind where it has one, by what it is about otherwise. */
export function summaryOf(set: readonly Permission[]): string {
  const held = set.filter((one) => meaningOf(one) !== undefined);
  const meant = allPermissions.filter((one) => meaningOf(one) !== undefined);
  if (held.length === 0) return words.none;
  if (held.length === meant.length) return words.everything;
  if (held.length === 1 && held[0] === 'EVENTS:ADD') return words.publishOnly;
  const views = meant.filter((one) => one.endsWith(':VIEW'));
  if (held.length === views.length && views.every((one) => held.includes(one))) return words.viewOnly;
  return entities
    .flatMap((entity) => {
      const named = actions.filter((action) => held.includes(permission(entity, action)));
      if (named.length === 0) return [];
      return [
        `${words.entities[entity]}: ${named.map((action) => words.actions[action].toLowerCase()).join(', ')}`,
      ];
    })
    .join(' · ');
}
