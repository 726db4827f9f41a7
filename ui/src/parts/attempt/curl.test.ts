import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlOf, quoted } from './curl.ts';

test.each([
  'plain',
  "it's",
  '$HOME `id` $(id) \\ "x" !!',
  'two\nlines',
  '',
  "escape \u001b[31m and \u202e and \u0085 and \\n it's",
  '漢字 🎺',
])('a shell reads %j as one word', (text) => {
  const told = execFileSync('bash', ['-c', `printf %s ${quoted(text)}`], {
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  expect(told.toString()).toBe(text);
});

test('a body that is too long for a command line, or no text, is read from a file', () => {
  const request = { method: 'POST', url: 'https://example.com/', headers: { 'x-empty': '' } };
  expect(curlOf(request, new Uint8Array(200_000), 'a.json')).toMatchObject({ file: 'a.json' });
  expect(curlOf(request, Uint8Array.of(255), 'a.json').command).toContain('--data-binary @a.json');
  expect(curlOf(request, new TextEncoder().encode('{}'), 'a.json').command).toBe(
    "curl -i -g -X POST 'https://example.com/' \\\n  -H 'x-empty;' \\\n  --data-raw '{}'",
  );
});
