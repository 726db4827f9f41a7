// The forms of filters, each as the vendor's page on filtering writes it.

import { expect, test } from 'vitest';
import { filterOf, type FilterFields } from './filters.ts';

type Row = { id: number; name: string; source: string | null; disabled: boolean; at: string };

const fields: FilterFields<Row> = {
  id: { kind: 'integer', of: ({ id }) => id },
  name: { kind: 'text-any-case', of: ({ name }) => name },
  source: { kind: 'text', of: ({ source }) => source },
  disabled: { kind: 'boolean', of: ({ disabled }) => disabled },
  at: { kind: 'time', of: ({ at }) => at },
};

const rows: Row[] = [
  { id: 1, name: 'Alpha', source: null, disabled: false, at: '2026-01-01T00:00:00Z' },
  { id: 2, name: 'beta', source: 'curl', disabled: true, at: '2026-01-02T00:00:00Z' },
  { id: 3, name: '!gamma', source: 'Curl', disabled: false, at: '2026-01-03T00:00:00Z' },
];

function idsOf(search: string): number[] {
  const query: Record<string, string | string[]> = {};
  for (const part of search.split('&')) {
    const at = part.indexOf('=');
    query[decodeURIComponent(part.slice(0, at))] = decodeURIComponent(
      part.slice(at + 1).replaceAll('+', ' '),
    );
  }
  const passes = filterOf(query, fields);
  return rows.filter(passes).map(({ id }) => id);
}

test.each([
  ['name=alpha', [1]],
  ['name=ALPHA,Beta', [1, 2]],
  ['name=!alpha', [2, 3]],
  ['name!=alpha', [2, 3]],
  ['name=!alpha,beta', [3]],
  ['name=\\!gamma', [3]],
  ['source=', [1]],
  ['source=!', [2, 3]],
  ['source!=', [2, 3]],
  ['source=curl', [2]],
  ['id=2', [2]],
  ['ids=1,3', [1, 3]],
  ['id=!1,2', [3]],
  ['id=<2', [1]],
  ['id=<=2', [1, 2]],
  ['id=>2', [3]],
  ['id=>=2', [2, 3]],
  ['id=>1<3', [2]],
  ['id=>=1<=2', [1, 2]],
  ['at=%3E2026-01-01T12:00:00Z', [2, 3]],
  ['at=>=2026-01-02T01:00:00%2B01:00', [2, 3]],
  ['at=>=2026-01-02T01:00:00+01:00', [2, 3]],
  ['at=>2026-01-01<2026-01-03', [2]],
  ['disabled=true', [2]],
  ['disabled=T', [2]],
  ['disabled=false', [1, 3]],
  ['disabled!=true', [1, 3]],
  ['disabled=false&source=!', [3]],
  ['id=x', []],
  ['at=yesterday', []],
  ['unknown=1', [1, 2, 3]],
  ['constructor=1', [1, 2, 3]],
])('%s', (search, ids) => {
  expect(idsOf(search)).toEqual(ids);
});
