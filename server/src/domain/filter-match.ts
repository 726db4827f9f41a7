// Decides whether an event meets a filter's condition. Pure; a step for each test, whatever the event holds.
//
// Numbers are compared as IEEE 754 doubles, as receivers' JSON parsers read them. Since a filter's whole numbers are those
// that a double holds, whole numbers of any length compare exactly, fractions to some 16 digits; 1e400 is above all
// others, and -0 is 0. Texts follow their UTF-16 code units. What differs in kind is neither equal nor in an order.

import { contentOf, summaryOf, type Content, type Found, type Looks } from './filter-content.ts';
import { isObject, type Condition, type Order, type Scalar, type Test } from './filter.ts';

/** Whether the event is the webhook's: where there is more in its lists than is looked at it is, since too much is better than too little. */
export function takes(condition: Condition, content: Content): boolean {
  const { looks } = content;
  const before = looks.cuts;
  return meets(condition, content) || looks.cuts > before;
}

export function meets(condition: Condition, content: Content): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.every((part) => meets(part, content));
    case 'or':
      return condition.of.some((part) => meets(part, content));
    case 'nor':
      return !condition.of.some((part) => meets(part, content));
    case 'member':
      return passes(condition.test, content.at(condition.path), content.looks);
  }
}

function passes(test: Test, found: Found, looks: Looks): boolean {
  if (found.cut) looks.cuts++;
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
      return found.lists.some((list) => hasElement(test, list, looks));
    case 'not':
      return !test.tests.every((inner) => passes(inner, found, looks));
  }
}

/** Fewer values than this are looked through; of more, a summary is asked. */
const fewMax = 8;

function has(found: Found, value: Scalar): boolean {
  if (value === null && found.missing) return true;
  return found.scalars.length <= fewMax ? found.scalars.includes(value) : summaryOf(found).all.has(value);
}

/** By the smaller of the two. */
function hasAny(found: Found, values: ReadonlySet<Scalar>): boolean {
  if (found.missing && values.has(null)) return true;
  if (found.scalars.length <= fewMax) return found.scalars.some((value) => values.has(value));
  const { all } = summaryOf(found);
  return values.size < all.size ? anyIn(values, all) : anyIn(all, values);
}

function anyIn(few: ReadonlySet<Scalar>, many: ReadonlySet<Scalar>): boolean {
  for (const value of few) if (many.has(value)) return true;
  return false;
}

function isInOrder({ operator, limit }: Extract<Test, { kind: 'order' }>, found: Found): boolean {
  if (found.scalars.length <= fewMax) return found.scalars.some((value) => compares(value, operator, limit));
  const { numbers, texts } = summaryOf(found);
  const span = typeof limit === 'number' ? numbers : texts;
  if (span === undefined) return false;
  return compares(operator === '$gt' || operator === '$gte' ? span.greatest : span.least, operator, limit);
}

function compares(value: Scalar, operator: Order, limit: number | string): boolean {
  if (value === null || typeof value !== typeof limit) return false;
  switch (operator) {
    case '$gt':
      return value > limit;
    case '$gte':
      return value >= limit;
    case '$lt':
      return value < limit;
    case '$lte':
      return value <= limit;
  }
}

function hasElement(
  test: Extract<Test, { kind: 'element' }>,
  list: readonly unknown[],
  looks: Looks,
): boolean {
  for (const element of list) {
    if (looks.left < 0) {
      looks.cuts++;
      return false;
    }
    if (isElement(test, element, looks)) return true;
  }
  return false;
}

function isElement(
  { by, condition }: Extract<Test, { kind: 'element' }>,
  element: unknown,
  looks: Looks,
): boolean {
  return (by === 'value' || isObject(element)) && meets(condition, contentOf(element, looks));
}
