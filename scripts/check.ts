// What holds for the source without running it: `npm run check`, and the first part of `npm test`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const checks: readonly { readonly name: string; readonly commands: readonly string[] }[] = [
  { name: 'format', commands: ['oxfmt --check'] },
  { name: 'lint', commands: ['oxlint'] },
  {
    name: 'types',
    commands: ['tsc -p server', 'tsc -p ui', 'tsc -p compat', 'tsc -p bench', 'tsc -p scripts'],
  },
  { name: 'dead code', commands: ['knip'] },
  { name: 'generated documents', commands: ['node server/src/generate.ts --check'] },
];

if (import.meta.main) {
  const { failed } = await runChecks();
  process.exitCode = failed === 0 ? 0 : 1;
}

/** Runs every check, telling each result as it comes; a failed one shows what it said. */
export async function runChecks(): Promise<{ passed: number; failed: number }> {
  let failed = 0;
  for (const { name, commands } of checks) {
    process.stdout.write(`${name} … `);
    const complaints = (await Promise.all(commands.map(complaint))).filter((said) => said !== undefined);
    console.log(complaints.length === 0 ? 'ok' : `failed\n${complaints.join('\n')}`);
    if (complaints.length > 0) failed += 1;
  }
  return { passed: checks.length - failed, failed };
}

/** What a failed command said; undefined when it passed. */
async function complaint(command: string): Promise<string | undefined> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return code === 0 ? undefined : `$ ${command}\n${output}${errors}`;
}
