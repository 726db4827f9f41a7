import { expect, test } from 'vitest';
import { Problem } from './call.ts';

test.each([
  ['/name', '/name', '/name must have at least 1 character', 'Must have at least 1 character'],
  ['/eventTypes', '/eventTypes/3', '/eventTypes/3 must be a text', 'Must be a text'],
  ['/headers', '/headers/x-team', '/headers/x-team must be a text', '“x-team” must be a text'],
  ['/url', '/url', 'The URL must name a host after ://', 'The URL must name a host after ://'],
])('at the field of %s a problem of %s is told without its pointer', (place, pointer, message, told) => {
  const problem = new Problem(message, {
    status: 422,
    code: 'invalid',
    errors: [{ pointer, rule: 'any', message }],
  });

  expect(problem.about(place)).toBe(told);
  expect(problem.about('/other')).toBeUndefined();
});
