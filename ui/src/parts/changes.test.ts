import { expect, test } from 'vitest';
import { changesOf } from './changes.ts';

test('only what differs is told, by its place', () => {
  const before = { name: 'a', endpoint: { url: 'https://a', headers: [1] }, same: { deep: 1 } };
  const after = { name: 'a', endpoint: { url: 'https://b', headers: [1, 2] }, same: { deep: 1 } };
  expect(changesOf(before, after)).toEqual([
    { path: 'endpoint.url', before: 'https://a', after: 'https://b' },
    { path: 'endpoint.headers', before: [1], after: [1, 2] },
  ]);
});

test('what was made or removed is told member by member', () => {
  expect(changesOf(null, { name: 'a', limits: { rate: 1 } })).toEqual([
    { path: 'name', before: undefined, after: 'a' },
    { path: 'limits.rate', before: undefined, after: 1 },
  ]);
  expect(changesOf({ name: 'a' }, null)).toEqual([{ path: 'name', before: 'a', after: undefined }]);
});

test('a member that changes its kind, or comes to be null, is told as a whole', () => {
  expect(changesOf({ a: { b: 1 } }, { a: 'text' })).toEqual([{ path: 'a', before: { b: 1 }, after: 'text' }]);
  expect(changesOf({ a: 'text' }, { a: null })).toEqual([{ path: 'a', before: 'text', after: null }]);
  expect(changesOf({ a: 1 }, { a: 1 })).toEqual([]);
});
