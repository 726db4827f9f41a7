// What a filter finds in an event: the values at a path, looked up once however many conditions ask for it.

import { isObject, isScalar, type Path, type Scalar } from './filter.ts';

export interface Content {
  at(path: Path): Found;
  readonly looks: Looks;
}

/** So many elements of lists are looked at for an event, however many filters there are and whatever they ask for. */
const looksMax = 500_000;

/** How many are left, below zero none; and how often somebody had to do without. */
export type Looks = { left: number; cuts: number };

/** What is at a path. Of a list there, the elements count as values, too, as in MongoDB. */
export type Found = {
  /** Something is there, be it null. */
  exists: boolean;
  /** An object on the way lacks the member, which counts as null. */
  missing: boolean;
  readonly scalars: Scalar[];
  readonly lists: (readonly unknown[])[];
  /** There is more than was looked at. */
  cut: boolean;
  /** What summarizes many scalars, made when it is first asked for. */
  summary: Summary | undefined;
};

/** So that a condition takes one step, however many values there are. */
export type Summary = {
  readonly all: ReadonlySet<Scalar>;
  readonly numbers: Span<number>;
  readonly texts: Span<string>;
};

/** The least and the greatest. */
type Span<Value> = { readonly least: Value; readonly greatest: Value } | undefined;

export function summaryOf(found: Found): Summary {
  return (found.summary ??= {
    all: new Set(found.scalars),
    numbers: spanOf(found.scalars.filter((value) => typeof value === 'number')),
    texts: spanOf(found.scalars.filter((value) => typeof value === 'string')),
  });
}

function spanOf<Value extends number | string>(values: readonly Value[]): Span<Value> {
  const [first] = values;
  if (first === undefined) return undefined;
  let least: Value = first;
  let greatest: Value = first;
  for (const value of values) {
    if (value < least) least = value;
    else if (value > greatest) greatest = value;
  }
  return { least, greatest };
}

/** The root is asked for its members one by one, so that an event's data is parsed only where a path leads into it. */
export function makeContent(memberOf: (name: string) => unknown): Content {
  const known = new Map<string, Found>();
  const looks: Looks = { left: looksMax, cuts: 0 };
  return {
    looks,
    at({ text, steps }) {
      const before = known.get(text);
      if (before !== undefined) return before;
      const found = nothingYet();
      const root = memberOf(steps[0]!);
      if (root === undefined) found.missing = true;
      else look(root, steps, 1, found, looks);
      known.set(text, found);
      return found;
    },
  };
}

/** What is in an element of a list. */
export function contentOf(element: unknown, looks: Looks): Content {
  return {
    looks,
    at({ steps }) {
      looks.left--;
      const found = nothingYet();
      look(element, steps, 0, found, looks);
      return found;
    },
  };
}

function nothingYet(): Found {
  return { exists: false, missing: false, scalars: [], lists: [], cut: false, summary: undefined };
}

/** Only own members are found: `constructor` is what the publisher sent under that name, or nothing. */
function look(value: unknown, steps: readonly string[], index: number, found: Found, looks: Looks): void {
  const step = steps[index];
  if (step === undefined) {
    found.exists = true;
    if (Array.isArray(value)) addList(value, found);
    else if (isScalar(value)) found.scalars.push(value);
  } else if (!Array.isArray(value)) {
    if (isObject(value) && Object.hasOwn(value, step)) look(value[step], steps, index + 1, found, looks);
    else found.missing = true;
  } else if (/^\d+$/.test(step)) {
    if (Object.hasOwn(value, step)) look(value[Number(step)], steps, index + 1, found, looks);
    else found.missing = true;
  } else {
    if (looks.left >= 0) looks.left -= value.length;
    if (looks.left < 0) {
      found.cut = true;
      return;
    }
    for (const element of value as readonly unknown[])
      if (isObject(element)) look(element, steps, index, found, looks);
  }
}

function addList(list: readonly unknown[], { lists, scalars }: Found): void {
  lists.push(list);
  for (const element of list) if (isScalar(element)) scalars.push(element);
}
