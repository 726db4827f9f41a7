// Tells of an event and a filter which conditions are met, and in a sentence which one is not.

import type { Content, Found } from './filter-content.ts';
import { meets, takes } from './filter-match.ts';
import type { Condition, Filter, Scalar } from './filter.ts';

type Member = Extract<Condition, { kind: 'member' }>;

export type ExplainedFilter = {
  readonly matches: boolean;
  /** Null where it matches. */
  readonly explanation: string | null;
  /** Each condition by itself, in the order of the filter, those inside `$or` and `$nor` too. */
  readonly conditions: readonly ExplainedCondition[];
};

export type ExplainedCondition = {
  /** JSON pointer into the filter. */
  readonly pointer: string;
  readonly matches: boolean;
  /** What is there and, where it doesn't match, what is asked for. */
  readonly explanation: string;
};

export function explainFilter({ condition }: Filter, content: Content): ExplainedFilter {
  const matches = takes(condition, content);
  return {
    matches,
    explanation: matches ? null : (whyUnmet(condition, content) ?? null),
    conditions: membersOf(condition).map((member) => ({
      pointer: member.pointer,
      matches: meets(member, content),
      explanation: sentence(member, content),
    })),
  };
}

/** Why it is not met, by the first part that is not; undefined where it is. */
export function whyUnmet(condition: Condition, content: Content): string | undefined {
  if (meets(condition, content)) return undefined;
  switch (condition.kind) {
    case 'and':
      return whyUnmet(
        condition.of.find((part) => !meets(part, content))!,
        content,
      );
    case 'or':
      return `no alternative is met: ${enumerated(condition.of.map((part) => whyUnmet(part, content)!))}`;
    case 'nor':
      return 'an alternative that $nor excludes is met';
    case 'member':
      return sentence(condition, content);
  }
}

function membersOf(condition: Condition): readonly Member[] {
  return condition.kind === 'member' ? [condition] : condition.of.flatMap(membersOf);
}

function sentence(member: Member, content: Content): string {
  const found = content.at(member.path);
  const there = `${member.path.text} ${state(found)}`;
  return meets(member, content) ? there : `${there}, ${complaint(member)}`;
}

function state({ exists, scalars, lists, cut }: Found): string {
  if (cut) return 'has more in its lists than is looked at';
  if (!exists) return 'is missing';
  if (scalars.length === 1 && lists.length === 0) return `is ${shown(scalars[0]!)}`;
  if (scalars.length > 0) return `has ${enumerated([...new Set(scalars)].map(shown))}`;
  return lists.length > 0 ? 'is a list without plain values' : 'is an object';
}

/** Which rule it breaks. */
function complaint({ test, pointer }: Member): string {
  switch (test.kind) {
    case 'in':
      return test.values.size === 1 ? `not ${listed(test.values)}` : `none of ${listed(test.values)}`;
    case 'all':
      return `not all of ${listed(test.values)}`;
    case 'order':
      return `not ${signs[test.operator]} ${shown(test.limit)}`;
    case 'exists':
      return test.wanted ? 'which $exists asks for' : 'not missing';
    case 'size':
      return `not a list of ${test.length}`;
    case 'element':
      return 'and no element meets $elemMatch';
    case 'not':
      return `which ${pointer.slice(pointer.lastIndexOf('/') + 1)} excludes`;
  }
}

const signs = { $gt: '>', $gte: '≥', $lt: '<', $lte: '≤' } as const;

function listed(values: ReadonlySet<Scalar>): string {
  return enumerated([...values].map(shown));
}

const textMax = 60;

function shown(value: Scalar): string {
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > textMax ? `${value.slice(0, textMax)}…` : value);
}

const namedMax = 5;

function enumerated(texts: readonly string[]): string {
  const more = texts.length - namedMax;
  const named = texts.slice(0, namedMax).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}
