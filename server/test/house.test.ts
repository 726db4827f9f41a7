// The house rules are held by the linter: each row is a file that breaks one rule, or one that may stand as it is.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const direction = 'house(import-direction)';
const assigned = 'house(no-assigned-function)';
const pureImports = 'eslint(no-restricted-imports)';
const pureGlobals = 'eslint(no-restricted-globals)';
const pureProperties = 'eslint(no-restricted-properties)';

const refused: [rule: string, file: string, code: string][] = [
  [direction, 'domain/a.ts', `import { a } from '../signing/a.ts'; export const b = a;`],
  [direction, 'domain/deep/a.ts', `import { a } from '../../publish/a.ts'; export const b = a;`],
  [direction, 'domain/package.ts', `import { Type } from 'typebox'; export const b = Type;`],
  [direction, 'domain/lazy.ts', `export const b = () => import('../manage/a.ts');`],
  [direction, 'signing/a.ts', `export { a } from '../manage/a.ts';`],
  [direction, 'signing/b.ts', `export * from '../storage/store.ts';`],
  [direction, 'storage/a.ts', `import type { A } from '../deliver/a.ts'; export type B = A;`],
  [direction, 'storage/b.ts', `export type B = import('../api/a.ts').A;`],
  [direction, 'publish/a.ts', `import { a } from '../deliver/a.ts'; export const b = a;`],
  [direction, 'publish/b.ts', `import { a } from '../storage/store.ts'; export const b = a;`],
  [direction, 'publish/c.ts', `import type { A } from '../storage/sqlite/rows.ts'; export type B = A;`],
  [direction, 'manage/a.ts', `import type { A } from '../publish/a.ts'; export type B = A;`],
  [direction, 'observe/a.ts', `import type { A } from '../api/a.ts'; export type B = A;`],
  [direction, 'maintain/a.ts', `import type { A } from '../app.ts'; export type B = A;`],
  [direction, 'deliver/a.ts', `import type { A } from '../dialects/native/a.ts'; export type B = A;`],
  [direction, 'api/a.ts', `import { a } from '../dialects/native/a.ts'; export const b = a;`],
  [direction, 'api/b.ts', `import { a } from '../manage/a.ts'; export const b = a;`],
  [direction, 'dialects/xurrent/a.ts', `import { a } from '../native/a.ts'; export const b = a;`],
  [direction, 'dialects/xurrent/b.ts', `import type { A } from '../../storage/store.ts'; export type B = A;`],
  [direction, 'config/a.ts', `import { a } from '../signing/a.ts'; export const b = a;`],
  [direction, 'main.ts', `import { a } from './deliver/a.ts'; export const b = a;`],
  [assigned, 'deliver/a.ts', `export const f = (a: { b?: () => void }) => { a.b = () => {}; };`],
  [assigned, 'deliver/c.ts', `export const f = (a: { b?: () => void }) => { a.b = (() => {}) as never; };`],
  [
    assigned,
    'storage/c.ts',
    `export class A { #b: unknown; c() { this.#b = function () {}; } d = () => this.#b; }`,
  ],
  [pureGlobals, 'domain/date.ts', `export const now = () => Date.now();`],
  [pureGlobals, 'domain/new-date.ts', `export const now = () => new Date();`],
  [pureGlobals, 'domain/hidden-date.ts', `export const now = () => globalThis.Date.now();`],
  [pureGlobals, 'domain/timer.ts', `export const wait = () => setTimeout(() => {}, 1);`],
  [pureGlobals, 'domain/uuid.ts', `export const id = () => crypto.randomUUID();`],
  [pureGlobals, 'deliver/lanes.ts', `export const each = () => setInterval(() => {}, 1);`],
  [pureGlobals, 'deliver/turns.ts', `export const soon = () => setImmediate(() => {});`],
  [pureGlobals, 'deliver/lane.ts', `export const now = () => performance.now();`],
  [pureGlobals, 'deliver/attempt.ts', `export const send = () => fetch('http://127.0.0.1');`],
  [pureGlobals, 'deliver/engine.ts', `export const id = () => process.pid;`],
  [pureProperties, 'domain/random.ts', `export const chance = () => Math.random();`],
  [pureProperties, 'deliver/recorder.ts', `const { random } = Math; export const chance = random;`],
  [
    pureImports,
    'deliver/recorder.ts',
    `import { readFileSync } from 'node:fs'; export const read = readFileSync;`,
  ],
  [pureImports, 'deliver/lanes.ts', `import * as net from 'net'; export const open = net.connect;`],
  [pureImports, 'deliver/attempt.ts', `import { request } from 'node:https'; export const send = request;`],
  [
    pureImports,
    'deliver/engine.ts',
    `import { setTimeout } from 'node:timers/promises'; export const w = setTimeout;`,
  ],
  [pureImports, 'deliver/turns.ts', `import { randomInt } from 'node:crypto'; export const r = randomInt;`],
  [pureImports, 'deliver/lane.ts', `import { Pool } from 'undici'; export const pool = Pool;`],
  ['eslint(no-console)', 'publish/log.ts', `export const log = () => console.log('published');`],
  ['node(no-process-env)', 'api/setting.ts', `export const port = () => process.env['PORT'];`],
  ['typescript(no-explicit-any)', 'api/any.ts', `export const as = (value: any) => value as string;`],
  ['typescript(no-floating-promises)', 'api/float.ts', `Promise.resolve(1);`],
  ['typescript(switch-exhaustiveness-check)', 'api/switch.ts', switchWithout('b')],
  [
    'typescript(consistent-type-imports)',
    'signing/type.ts',
    `import { A } from '../domain/a.ts'; export type B = A;`,
  ],
  ['import(extensions)', 'signing/extension.ts', `import type { A } from '../domain/a'; export type B = A;`],
  ['import(no-default-export)', 'signing/default.ts', `export default 1;`],
];

const allowed: [file: string, code: string][] = [
  ['domain/a.ts', `import { b } from './deep/b.ts'; export type A = number; export const a = b;`],
  ['domain/typed.ts', `import type { Static } from 'typebox'; export type B = Static<never>;`],
  [
    'domain/free.test.ts',
    `import { a } from '../storage/a.ts'; export const now = () => [a, Date.now(), Math.random()];`,
  ],
  ['deliver/send.ts', `import { connect } from 'node:net'; export const open = () => [connect, Date.now()];`],
  ['deliver/attempt.ts', `import type { Socket } from 'node:net'; export type S = Socket;`],
  ['deliver/b.ts', `export const f = (a: { b?: () => void }) => { const c = () => {}; a.b = c; };`],
  ['deliver/recorder.ts', `import type { A } from '../storage/store.ts'; export type B = A;`],
  ['deliver/full.ts', `import { Full } from '../storage/port/store-errors.ts'; export const f = Full;`],
  [
    'publish/a.ts',
    `import { a } from '../domain/a.ts'; import { b } from '../signing/a.ts'; export const c = [a, b];`,
  ],
  ['storage/sqlite/a.ts', `import { a } from '../publish/a.ts'; export const b = a;`],
  ['api/a.ts', `import type { A } from '../manage/a.ts'; export type B = A;`],
  [
    'dialects/native/a.ts',
    `import { a } from './deep/a.ts'; import { b } from '../../publish/a.ts'; export const c = [a, b];`,
  ],
  [
    'dialects/native/deep/a.ts',
    `import { a } from '../b.ts'; import { b } from '../../../api/a.ts'; export const c = [a, b];`,
  ],
  ['app.ts', `import { a } from './storage/sqlite/a.ts'; export const b = a;`],
  [
    'main.ts',
    `import { a } from './app.ts'; import type { B } from './deliver/a.ts'; export const b: B = a;`,
  ],
  ['signing/switch.ts', switchWithout('')],
];

let house: string;
let findings: Map<string, string[]>;

beforeAll(async () => {
  house = realpathSync(mkdtempSync(join(tmpdir(), 'posthorn-house-')));
  for (const name of ['node_modules', 'scripts']) symlinkSync(join(root, name), join(house, name));
  for (const name of ['.oxlintrc.json', 'tsconfig.base.json']) cpSync(join(root, name), join(house, name));
  writeFileSync(
    join(house, 'tsconfig.json'),
    '{ "extends": "./tsconfig.base.json", "include": ["refused", "allowed"] }',
  );
  for (const [row, [, file, code]] of refused.entries()) write(`refused/${row}/server/src/${file}`, code);
  for (const [row, [file, code]] of allowed.entries()) write(`allowed/${row}/server/src/${file}`, code);
  findings = await lint();
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

test.each(refused.map(([rule, file, code], row) => ({ rule, file, code, row })))(
  '$rule refuses in $file: $code',
  ({ rule, file, row }) => {
    expect(findings.get(`refused/${row}/server/src/${file}`)).toContain(rule);
  },
);

test.each(allowed.map(([file, code], row) => ({ file, code, row })))(
  '$file may say: $code',
  ({ file, row }) => {
    expect(findings.get(`allowed/${row}/server/src/${file}`) ?? []).toEqual([]);
  },
);

function write(file: string, code: string) {
  mkdirSync(dirname(join(house, file)), { recursive: true });
  writeFileSync(join(house, file), `${code}\n`);
}

function switchWithout(missing: string): string {
  const cases = ['a', 'b'].filter((kind) => kind !== missing).map((kind) => `case '${kind}': return 1;`);
  return `export function f(kind: 'a' | 'b') { switch (kind) { ${cases.join(' ')} } return 0; }`;
}

/** The rules that the linter names for each file. */
async function lint(): Promise<Map<string, string[]>> {
  const program = join(root, 'node_modules/oxlint/bin/oxlint');
  const report = await new Promise<string>((done) => {
    execFile(
      process.execPath,
      [program, '--format', 'json', 'refused', 'allowed'],
      { cwd: house, maxBuffer: 1e8 },
      (_, out) => done(out),
    );
  });
  const { diagnostics } = JSON.parse(report) as { diagnostics: { code: string; filename: string }[] };
  const byFile = Map.groupBy(diagnostics, (diagnostic) => diagnostic.filename);
  return new Map([...byFile].map(([file, found]) => [file, found.map((diagnostic) => diagnostic.code)]));
}
