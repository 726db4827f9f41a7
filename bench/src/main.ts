// `npm run bench`: how close the whole pipeline comes to a loop that does nothing but sign and post, and what else is
// promised of its speed.
//
//   --only NAME,…  only these rows; without it all
//   --quick   fewer and shorter rounds, for a first look
//   --write   puts the results into bench/README.md
//   --postgres URL|npm  on PostgreSQL instead of SQLite: a server whose user may create databases, or one of its own
//   --attempts N  in the history of `lists`
//   --against DIRECTORY  no results: this working tree against another checkout, with the processor time of a delivery
//   --case N  of --against and --profile: only this one, from 0
//   --profile no results: leaves CPU profiles of the server's threads, for a profile viewer

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cases, connections } from './cases.ts';
import { compareWith } from './compare.ts';
import { databasesAt } from './databases.ts';
import { describeMachine } from './machine.ts';
import { startPipeline, type PipelineCase } from './pipeline.ts';
import { startReceiver } from './receiver.ts';
import { conditions, writeResults } from './report.ts';
import { full, quick, type Row } from './row.ts';
import { rows } from './rows.ts';

const { values: given } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    postgres: { type: 'string' },
    attempts: { type: 'string' },
    profile: { type: 'boolean', default: false },
    against: { type: 'string' },
    case: { type: 'string' },
  },
});
const usual = given.quick ? quick : full;
const extent = given.attempts === undefined ? usual : { ...usual, attempts: Number(given.attempts) };
const chosen = given.only === undefined ? rows : given.only.split(',').map(rowNamed);

await using databases = await databasesAt(given.postgres);
if (given.against !== undefined) await compare(given.against);
else if (given.profile) await profile(chosenCases()[0]!);
else for (const row of chosen) await measure(row);

async function measure(row: Row): Promise<void> {
  const machine = describeMachine();
  say(`${row.name} on ${databases.name}`);
  const measured = await row.measure({ databases, extent, say });
  say('');
  if (measured.kind === 'skipped') {
    console.log(`${row.title}: skipped, since ${measured.reason}\n`);
    return;
  }
  const title = `### ${row.title}, ${databases.name}`;
  const lines = [
    title,
    '',
    `- ${conditions(machine)}`,
    `- ${await databases.durability()}`,
    ...measured.lines,
  ];
  console.log(`${lines.join('\n')}\n`);
  if (given.write) await writeResults(row.name, databases.name, lines);
}

function rowNamed(name: string): Row {
  const row = rows.find((each) => each.name === name);
  if (row === undefined)
    throw new Error(`there is no row ${name}, but ${rows.map((each) => each.name).join(', ')}`);
  return row;
}

async function compare(directory: string): Promise<void> {
  await using receiver = await startReceiver();
  for (const each of chosenCases()) {
    console.log(each.name);
    for (const line of await compareWith(directory, each, receiver.url, extent, databases))
      console.log(`  ${line}`);
  }
}

function chosenCases(): readonly PipelineCase[] {
  return given.case === undefined ? cases : [cases[Number(given.case)]!];
}

async function profile(each: PipelineCase): Promise<void> {
  await using receiver = await startReceiver();
  const directory = await mkdtemp(join(tmpdir(), 'posthorn-profile-'));
  const nodeArguments = ['--cpu-prof', `--cpu-prof-dir=${directory}`];
  await using pipeline = await startPipeline(each, receiver.url, await databases.settings(), {
    nodeArguments,
  });
  await pipeline.round(extent.roundMs, connections);
  const { deliveriesPerSecond } = await pipeline.round(2 * extent.roundMs, connections);
  await pipeline.posthorn.stop();
  console.log(`${each.name}: ${Math.round(deliveriesPerSecond)}/s; the profiles are in ${directory}`);
}

/** One line that each next one replaces on a terminal. */
function say(line: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001B[K${line}` : `${line}\n`);
}
