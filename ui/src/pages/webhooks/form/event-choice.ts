// Which event types are chosen: a list of names and of patterns, and what ticking one in a tree makes of it.

import type { EventTypeSummary } from '../../../api/event-types.ts';
import type { Webhook } from '../../../api/types.ts';

export type Choosable = Pick<EventTypeSummary, 'name' | 'description' | 'group' | 'dialect'>;

export type Group = {
  readonly name: string;
  readonly dialect: Webhook['dialect'];
  /** What takes all of them and those to come; null where their names have no common beginning. */
  readonly pattern: string | null;
  readonly types: readonly Choosable[];
  /** Those of them that are looked for. */
  readonly shown: readonly Choosable[];
};

export type Tick = 'all' | 'some' | 'none';

/** What may be chosen: of its own catalogue for a drop-in dialect, everything for a native webhook. */
export function choosableFor(
  dialect: Webhook['dialect'],
  catalogue: readonly EventTypeSummary[],
): readonly Choosable[] {
  return catalogue.filter(
    (type) => type.archivedAt === null && (dialect === 'native' || type.dialect === dialect),
  );
}

/** By the catalogue's own groups, or else by what stands before the first dot; the tenant's own before the vendors'. */
export function groupsOf(types: readonly Choosable[]): readonly Group[] {
  const groups = Map.groupBy(types, ({ dialect, group, name }) =>
    JSON.stringify([dialect, group ?? beginningOf(name) ?? name]),
  );
  return [...groups]
    .map(([key, members]): Group => {
      const [dialect, name] = JSON.parse(key) as [Webhook['dialect'], string];
      return { name, dialect, pattern: patternOf(members), types: members, shown: members };
    })
    .toSorted((one, other) => Number(other.dialect === 'native') - Number(one.dialect === 'native'));
}

function beginningOf(name: string): string | undefined {
  return /^(.+?)\./.exec(name)?.[1];
}

function patternOf(types: readonly Choosable[]): string | null {
  const beginnings = new Set(types.map(({ name }) => beginningOf(name)));
  const [only] = beginnings;
  return beginnings.size === 1 && only !== undefined ? `${only}.*` : null;
}

/** What is left of the groups where a text is looked for, in names and in descriptions. */
export function groupsWith(groups: readonly Group[], text: string): readonly Group[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return groups;
  const has = (value: string) => value.toLowerCase().includes(wanted);
  return groups.flatMap((group) => {
    const shown = has(group.name)
      ? group.types
      : group.types.filter(({ name, description }) => has(name) || has(description));
    return shown.length === 0 ? [] : [{ ...group, shown }];
  });
}

/** A final `*` takes any rest, dots included. */
function takes(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

export function isChosen(chosen: readonly string[], name: string): boolean {
  return chosen.some((pattern) => takes(pattern, name));
}

export function tickOf(chosen: readonly string[], { types }: Group): Tick {
  const count = types.filter(({ name }) => isChosen(chosen, name)).length;
  if (count === 0) return 'none';
  return count === types.length ? 'all' : 'some';
}

/** Taking one out of a pattern leaves the others that are known by their names. */
export function toggledType(
  chosen: readonly string[],
  name: string,
  known: readonly Choosable[],
): readonly string[] {
  if (!isChosen(chosen, name)) return [...chosen, name];
  return without(chosen, [name], known);
}

/** A group is taken by its pattern where patterns are known, so that types to come are in it as well. */
export function toggledGroup(
  chosen: readonly string[],
  group: Group,
  known: readonly Choosable[],
  patterns: boolean,
): readonly string[] {
  const names = group.types.map(({ name }) => name);
  if (tickOf(chosen, group) === 'all') return without(chosen, names, known);
  const { pattern } = group;
  if (patterns && pattern !== null) return [...chosen.filter((one) => !takes(pattern, one)), pattern];
  return [...chosen, ...names.filter((name) => !isChosen(chosen, name))];
}

function without(
  chosen: readonly string[],
  names: readonly string[],
  known: readonly Choosable[],
): readonly string[] {
  const left = new Set(names);
  const kept = chosen.flatMap((pattern) => {
    if (!names.some((name) => takes(pattern, name))) return [pattern];
    return known.map(({ name }) => name).filter((name) => takes(pattern, name) && !left.has(name));
  });
  return [...new Set(kept)];
}
