import { expect, test } from 'vitest';
import { Problem } from './call.ts';

test.each([
  ['/name', '/name', '/name must have at least 1 character', 'Must not be empty'],
  ['/eventTypes', '/eventTypes', '/eventTypes must have at least 1 element', 'Must not be empty'],
  ['/name', '/name', '/name must have at most 255 characters', 'Must have at most 255 characters'],
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

test('all that is wrong beneath one field is told there, a line each', () => {
  const errors = ['x~1y', 'x-b', 'x-b'].map((name) => ({
    pointer: `/headers/${name}`,
    rule: 'any',
    message: 'It must be a token',
  }));
  const problem = new Problem('Refused', { status: 422, code: 'invalid', errors });
  expect(problem.about('/headers')).toBe('“x/y”: It must be a token\n“x-b”: It must be a token');
});
