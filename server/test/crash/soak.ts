// `npm run soak -- rounds 500 [seed]`: crash rounds, as in `npm test`, as many as you like.
// `npm run soak -- steady 120 [seed]`: one server under load for so many minutes, with its vital signs (FAI-07).

import { runRounds } from './rounds.ts';
import { runSteadily } from './steady.ts';

const [mode = 'rounds', extent = '300', given] = process.argv.slice(2);
const seed = given === undefined ? Date.now() % 1_000_000 : Number(given);
const say = (line: string) => console.log(`${new Date().toISOString()} ${line}`);
const count = Number(extent);
if (!Number.isSafeInteger(seed) || !(count > 0) || !['rounds', 'steady'].includes(mode)) {
  console.error('soak takes: rounds COUNT [SEED], or: steady MINUTES [SEED]');
  process.exit(2);
}

const { problems } =
  mode === 'steady'
    ? await runSteadily({ seed, minutes: count, say })
    : await runRounds({ seed, rounds: count, say });
for (const problem of problems.slice(0, 20)) say(problem);
console.log(problems.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exit(problems.length === 0 ? 0 : 1);
