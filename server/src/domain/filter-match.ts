// Decides whether an event meets a filter's condition. Pure; a step for each test, whatever the event holds.
//
// Numbers are compared as IEEE 754 doubles, as receivers' JSON parsers read them. Since a filter's whole numbers are those
// that a double holds, whole numbers of any length compare exactly, fractions to some 16 digits; 1e400 is above all
// others, and -0 is 0. Texts follow their UTF-16 code units. What differs in kind is neither equal nor in an order.

import { contentOf, type Content, type Found } from './filter-content.ts';
import { isObject, type Condition, type Scalar, type Test } from './filter.ts';

export function meets(condition: Condition, content: Content): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.every((part) => meets(part, content));
    case 'or':
      return condition.of.some((part) => meets(part, content));
    case 'nor':
      return !condition.of.some((part) => meets(part, content));
    case 'member':
      return passes(condition.test, content.at(condition.path));
  }
}

function passes(test: Test, found: Found): boolean {
  switch (test.kind) {
    case 'in':
      return hasAny(found, test.values);
    case 'all':
      return [...test.values].every((value) => has(found, value));
    case 'order':
      return isInOrder(test, found);
    case 'exists':
      return found.exists === test.wanted;
    case 'size':
      return found.lists.some((list) => list.length === test.length);
    case 'element':
      return found.lists.some((list) => list.some((element) => isElement(test, element)));
    case 'not':
      return !test.tests.every((inner) => passes(inner, found));
  }
}

function has({ scalars, missing }: Found, value: Scalar): boolean {
  return scalars.has(value) || (value === null && missing);
}

/** By the smaller of the two sets. */
function hasAny(found: Found, values: ReadonlySet<Scalar>): boolean {
  const { scalars, missing } = found;
  if (missing && values.has(null)) return true;
  const [few, many] = scalars.size < values.size ? [scalars, values] : [values, scalars];
  for (const value of few) if (many.has(value)) return true;
  return false;
}

function isInOrder({ operator, limit }: Extract<Test, { kind: 'order' }>, found: Found): boolean {
  const { least, greatest } = typeof limit === 'number' ? found.numbers : found.texts;
  if (least === undefined || greatest === undefined) return false;
  switch (operator) {
    case '$gt':
      return greatest > limit;
    case '$gte':
      return greatest >= limit;
    case '$lt':
      return least < limit;
    case '$lte':
      return least <= limit;
  }
}

function isElement({ by, condition }: Extract<Test, { kind: 'element' }>, element: unknown): boolean {
  return (by === 'value' || isObject(element)) && meets(condition, contentOf(element));
}
