import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { publishCommand, typeFor } from './publish-command.ts';

test.each([
  [['*'], 'hello.world'],
  [[], 'hello.world'],
  [['invoice.*'], 'invoice.created'],
  [['invoice.*', 'page_created'], 'page_created'],
  [['page_created', '*'], 'hello.world'],
])('of the patterns %o the event is of the type %s', (patterns, type) => {
  expect(typeFor(patterns)).toBe(type);
});

test('whatever stands in a pattern or a token, the shell passes it on as it is', () => {
  const patterns = [`it's "$(touch /tmp/never)" \\ \`x\``];
  const command = publishCommand({ origin: 'http://127.0.0.1:1', token: "t'$HOME", patterns });
  const words = execFileSync('sh', ['-c', command.replace(/^curl/, 'printf "%s\\0"')], { encoding: 'utf8' });
  const [url, , authorization, , , , body] = words.split('\0');
  expect(url).toBe('http://127.0.0.1:1/api/v1/events');
  expect(authorization).toBe("Authorization: Bearer t'$HOME");
  expect(JSON.parse(body!)).toMatchObject({ type: patterns[0] });
});
