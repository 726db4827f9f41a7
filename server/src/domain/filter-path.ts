// The paths of a filter: into an event by the names under which it is published, or into an element of a list.

import type { Path } from './filter.ts';

/** What the paths of a query begin at. */
export type Base = 'event' | 'element';

/** What a path into an event may begin with, and the members that it may go on with; `any` are the publisher's own. */
const roots = new Map<string, 'any' | readonly string[]>([
  ['type', []],
  ['data', 'any'],
  ['actor', ['id', 'key', 'name']],
  ['object', ['type', 'id', 'url', 'nodeId', 'related']],
  ['scope', ['type', 'id']],
  ['channels', []],
  ['source', []],
  ['occurredAt', []],
  ['orderingKey', []],
  ['instanceName', []],
]);

export function pathOf(name: string, base: Base): Path {
  const holds = base === 'event' && name === 'occurredAt' ? 'time' : 'any';
  return { text: name, steps: name.split('.'), holds };
}

/** The element itself. */
export const elementPath: Path = { text: 'its element', steps: [], holds: 'any' };

/** What is wrong with a path and what would be right; undefined where it may lead somewhere. */
export function problemOfPath({ steps }: Path, base: Base): string | undefined {
  if (steps.includes('')) return 'A path has names with single dots between them, such as data.amount';
  if (base === 'element') return undefined;
  const [root = '', ...rest] = steps;
  const members = roots.get(root);
  if (members === undefined) {
    const known = [...roots.keys()].join(', ');
    return `'${root}' is no part of an event, which are ${known}; a member of the data is data.${steps.join('.')}`;
  }
  if (members === 'any')
    return rest.length > 0 ? undefined : 'Name a member of the data, such as data.amount';
  if (members.length === 0) return rest.length === 0 ? undefined : `'${root}' has no members; write ${root}`;
  if (rest.length === 1 && members.includes(rest[0]!)) return undefined;
  return `'${root}' has the members ${members.join(', ')}; write one of them, such as ${root}.${members[0]}`;
}
