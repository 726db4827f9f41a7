import { expect, test } from 'vitest';
import { jsonIn } from './json-in.ts';

test.each([
  ['{"a": 1, "a": 2}', 'a'],
  ['{"x": [{"y": {"b c" : {"$gt": 1}, "b c":{}}}]}', 'b c'],
  ['{"a.b": 1, "a\\u002eb": 2}', 'a.b'],
  ['{"q\\"}": {"q\\"}": 1}, "q\\"}": 2}', 'q"}'],
  ['{"": 1, "": 2}', ''],
])('of %s it is told that the member comes twice, since one of them would be lost', (text, member) => {
  expect(jsonIn(text).problem).toBe(`The member “${member}” comes twice; write it once`);
});

test.each(['{"a": {"a": "a"}, "b": {"a": "{\\"a\\": 1"}}', '[{"a": 1}, {"a": ["a", "a"]}]', '"a"', '{}'])(
  'in %s no member comes twice',
  (text) => {
    expect(jsonIn(text)).toEqual({ value: JSON.parse(text) });
  },
);
