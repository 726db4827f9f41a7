// Reads a filter's query into conditions: everything that is wrong with it is told at once, with what would be right.

import {
  filterLimits,
  groups,
  isObject,
  isScalar,
  operators,
  type Condition,
  type Filter,
  type FilterQuery,
  type Operator,
  type Order,
  type Path,
  type Scalar,
  type Test,
} from './filter.ts';
import { elementPath, pathOf, problemOfPath, type Base } from './filter-path.ts';
import { isIsoTime } from './iso-time.ts';
import { escapePointer } from './json-scan.ts';
import type { FieldProblem } from './refusal.ts';

export type ReadFilter =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** So many problems are told at most. */
const problemsMax = 20;

/** `pointer` is where the filter lies in its request. */
export function readFilter(given: unknown, pointer = ''): ReadFilter {
  const bytes = new TextEncoder().encode(JSON.stringify(given)).length;
  if (bytes > filterLimits.bytesMax) {
    const message = `The filter has ${bytes} bytes; at most ${filterLimits.bytesMax} are allowed`;
    return { ok: false, problems: [{ pointer, rule: 'size', message }] };
  }
  const reading = new Reading();
  const condition = reading.query(given, '', 'event', 1);
  const problems = reading.allProblems();
  if (problems.length === 0) return { ok: true, filter: { given: given as FilterQuery, condition } };
  const told = problems.slice(0, problemsMax);
  return { ok: false, problems: told.map((problem) => ({ ...problem, pointer: pointer + problem.pointer })) };
}

/** The filter of a stored query, which was found right before it was stored. */
export function filterOf(given: FilterQuery): Filter {
  const read = readFilter(given);
  if (!read.ok) throw new Error(`A stored filter can't be read: ${read.problems[0]!.message}`);
  return read.filter;
}

/** A test with the pointer to where it stands. */
type Placed = readonly [Test, string];

class Reading {
  readonly #problems: FieldProblem[] = [];
  #conditions = 0;

  allProblems(): readonly FieldProblem[] {
    const { conditionsMax } = filterLimits;
    if (this.#conditions <= conditionsMax) return this.#problems;
    const message = `The filter has ${this.#conditions} conditions; at most ${conditionsMax} are allowed`;
    return [{ pointer: '', rule: 'conditions', message }, ...this.#problems];
  }

  query(given: unknown, pointer: string, base: Base, depth: number): Condition {
    const of = this.#entries(given, pointer, depth).map(([name, operand]): Condition => {
      const at = `${pointer}/${escapePointer(name)}`;
      if (isGroup(name)) return this.#group(name, operand, at, base, depth);
      if (!name.startsWith('$')) return this.#member(name, operand, at, base, depth);
      this.#refuse(at, 'operator', `'${name}' stands after a path, or is not known; ${namingRule}`);
      return nothing;
    });
    return of.length === 1 ? of[0]! : { kind: 'and', of };
  }

  /** The entries of an object that has some; none where the filter is too deep to go on. */
  #entries(given: unknown, pointer: string, depth: number): readonly [string, unknown][] {
    if (!isObject(given)) {
      this.#refuse(pointer, 'type', 'Send an object of conditions, such as {"data.amount": {"$gte": 100}}');
      return [];
    }
    if (depth > filterLimits.depthMax) {
      const message = `The filter is nested more than ${filterLimits.depthMax} levels deep; nest less`;
      this.#refuse(pointer, 'depth', message);
      return [];
    }
    const entries = Object.entries(given);
    if (entries.length === 0) {
      this.#refuse(pointer, 'empty', 'An object without a condition says nothing; give one, or leave it out');
    }
    return entries;
  }

  #group(name: keyof typeof groups, operand: unknown, pointer: string, base: Base, depth: number): Condition {
    if (!Array.isArray(operand) || operand.length === 0) {
      this.#refuse(pointer, 'type', `'${name}' takes a list of at least one object of conditions`);
      return nothing;
    }
    const of = operand.map((query: unknown, index) =>
      this.query(query, `${pointer}/${index}`, base, depth + 1),
    );
    return { kind: groups[name], of };
  }

  #path(name: string, pointer: string, base: Base): Path {
    const path = pathOf(name, base);
    const problem = problemOfPath(path, base);
    if (problem !== undefined) this.#refuse(pointer, 'path', problem);
    return path;
  }

  #member(name: string, operand: unknown, pointer: string, base: Base, depth: number): Condition {
    if (isNested(operand)) {
      const inner = Object.keys(operand)[0] ?? 'amount';
      const message = `An object is not compared as a whole; name its member by the path, such as ${name}.${inner}`;
      this.#refuse(pointer, 'path', message);
      return nothing;
    }
    const path = this.#path(name, pointer, base);
    if (Array.isArray(operand)) {
      const message = 'A list is not compared as a whole; use $in for one of several values, $all for each';
      this.#refuse(pointer, 'type', message);
      return nothing;
    }
    if (!isObject(operand)) {
      this.#conditions++;
      return { kind: 'member', pointer, path, test: oneOf([this.#scalar(operand, pointer, path)]) };
    }
    return allOf(path, this.#tests(path, operand, pointer, depth));
  }

  #tests(path: Path, given: unknown, pointer: string, depth: number): readonly Placed[] {
    return this.#entries(given, pointer, depth).flatMap(([name, operand]) => {
      const at = `${pointer}/${escapePointer(name)}`;
      if (isOperator(name)) return [[this.#test(path, name, operand, at, depth), at] as const];
      this.#refuse(at, 'operator', `'${name}' is not an operator; ${namingRule}`);
      return [];
    });
  }

  #test(path: Path, operator: Operator, operand: unknown, at: string, depth: number): Test {
    if (operator === '$not') {
      const tests = this.#tests(path, operand, at, depth + 1).map(([test]) => test);
      return { kind: 'not', tests };
    }
    if (operator === '$elemMatch') return this.#element(operand, at, depth + 1);
    this.#conditions++;
    switch (operator) {
      case '$eq':
        return oneOf([this.#scalar(operand, at, path)]);
      case '$ne':
        return { kind: 'not', tests: [oneOf([this.#scalar(operand, at, path)])] };
      case '$in':
        return oneOf(this.#scalars(operator, operand, at, path));
      case '$nin':
        return { kind: 'not', tests: [oneOf(this.#scalars(operator, operand, at, path))] };
      case '$all':
        return { kind: 'all', values: new Set(this.#scalars(operator, operand, at, path)) };
      case '$gt':
      case '$gte':
      case '$lt':
      case '$lte':
        return { kind: 'order', operator, limit: this.#limit(operator, operand, at, path) };
      case '$exists':
        if (typeof operand !== 'boolean') this.#refuse(at, 'type', "'$exists' takes true or false");
        return { kind: 'exists', wanted: operand === true };
      case '$size':
        return { kind: 'size', length: this.#length(operand, at) };
    }
  }

  #element(operand: unknown, pointer: string, depth: number): Test {
    const before = this.#conditions;
    const test = this.#elementTest(operand, pointer, depth);
    const count = this.#conditions - before;
    const { elementConditionsMax } = filterLimits;
    if (count > elementConditionsMax) {
      const message = `'$elemMatch' has ${count} conditions; at most ${elementConditionsMax} are allowed`;
      this.#refuse(pointer, 'conditions', message);
    }
    return test;
  }

  /** Operators are about the element itself, paths about its members. */
  #elementTest(operand: unknown, pointer: string, depth: number): Test {
    if (isObject(operand) && Object.keys(operand).some(isOperator)) {
      const condition = allOf(elementPath, this.#tests(elementPath, operand, pointer, depth));
      return { kind: 'element', by: 'value', condition };
    }
    return { kind: 'element', by: 'members', condition: this.query(operand, pointer, 'element', depth) };
  }

  #scalars(operator: Operator, operand: unknown, pointer: string, path: Path): readonly Scalar[] {
    const { alternativesMax } = filterLimits;
    if (!Array.isArray(operand) || operand.length === 0) {
      this.#refuse(pointer, 'type', `'${operator}' takes a list of at least one value`);
      return [];
    }
    if (operand.length > alternativesMax) {
      const message = `The list has ${operand.length} values; at most ${alternativesMax} are allowed`;
      this.#refuse(pointer, 'alternatives', message);
      return [];
    }
    return operand.map((value: unknown, index) => this.#scalar(value, `${pointer}/${index}`, path));
  }

  #limit(operator: Order, operand: unknown, pointer: string, path: Path): number | string {
    if (typeof operand === 'number' || typeof operand === 'string') {
      this.#scalar(operand, pointer, path);
      return operand;
    }
    this.#refuse(pointer, 'type', `'${operator}' takes a number or a text, which has an order`);
    return 0;
  }

  #length(operand: unknown, pointer: string): number {
    if (typeof operand === 'number' && Number.isSafeInteger(operand) && operand >= 0) return operand;
    this.#refuse(pointer, 'type', "'$size' takes how many elements a list has: 0, 1, 2, …");
    return 0;
  }

  #scalar(value: unknown, pointer: string, path: Path): Scalar {
    if (typeof value === 'number' && !isExact(value)) {
      const message =
        'A number that a double does not hold exactly; write whole numbers up to 9007199254740991, and longer ids as texts';
      this.#refuse(pointer, 'number', message);
    } else if (path.holds === 'time' && !(typeof value === 'string' && isIsoTime(value))) {
      this.#refuse(
        pointer,
        'date_time',
        "'occurredAt' is compared with times such as 2026-05-01T12:00:00.000Z",
      );
    } else if (isScalar(value)) {
      return value;
    } else {
      this.#refuse(pointer, 'type', 'Compare with a text, a number, true, false or null');
    }
    return null;
  }

  #refuse(pointer: string, rule: string, message: string): void {
    this.#problems.push({ pointer, rule, message });
  }
}

const namingRule = `operators after a path are ${operators.join(', ')}, around conditions ${Object.keys(groups).join(', ')}`;

function oneOf(values: readonly Scalar[]): Test {
  return { kind: 'in', values: new Set(values) };
}

function allOf(path: Path, tests: readonly Placed[]): Condition {
  const of = tests.map(([test, at]): Condition => ({ kind: 'member', pointer: at, path, test }));
  return of.length === 1 ? of[0]! : { kind: 'and', of };
}

/** Stands where a problem was found. */
const nothing: Condition = { kind: 'and', of: [] };

function isGroup(name: string): name is keyof typeof groups {
  return Object.hasOwn(groups, name);
}

function isOperator(name: string): name is Operator {
  return (operators as readonly string[]).includes(name);
}

/** An object of members rather than of operators. */
function isNested(operand: unknown): operand is Readonly<Record<string, unknown>> {
  return isObject(operand) && !Object.keys(operand).some((name) => name.startsWith('$'));
}

/** Whether what was written is what is compared with: whole numbers beyond 2^53 and overflown ones may not be. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
