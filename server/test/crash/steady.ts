// One server under steady load for a long time: what it takes must not grow (FAI-07).

import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from './check.ts';
import { progress, runUnderLoad, type RunOptions } from './run.ts';
import { growthPerHour, vitalSigns, type VitalSigns } from './vital-signs.ts';

const eventsPerSecond = 100;
const lookEveryMs = 5_000;
const mebibyte = 2 ** 20;
const growthBytesPerHourMax = 16 * mebibyte;
/** Before that, caches still fill and growth says nothing. */
const judgedAfterMinutes = 30;
const openFilesMore = 64;
const logBytesMax = 256 * mebibyte;

export async function runSteadily(
  options: Omit<RunOptions, 'eventsPerSecond'> & { readonly minutes: number },
): Promise<Pick<Verdict, 'problems'>> {
  const signs: VitalSigns[] = [];
  const verdict = await runUnderLoad({ ...options, eventsPerSecond }, async ({ posthorn, ledger }) => {
    const endAt = performance.now() + options.minutes * 60_000;
    while (performance.now() < endAt) {
      await sleep(lookEveryMs);
      signs.push(vitalSigns(posthorn));
      ledger.flush();
      if (signs.length % 6 === 0) options.say(`${progress(ledger)}; ${told(signs.at(-1)!)}`);
    }
  });
  const growth = options.minutes < judgedAfterMinutes ? 0 : growthPerHour(signs);
  return { problems: [...verdict.problems, ...unhealthy(signs, growth)] };
}

function unhealthy(signs: readonly VitalSigns[], growth: number): string[] {
  const warm = signs.slice(Math.floor(signs.length / 2));
  const openFiles = warm.map((each) => each.openFiles);
  const logBytes = Math.max(...signs.map((each) => each.logBytes));
  return [
    growth > growthBytesPerHourMax && `memory grows by ${Math.round(growth / mebibyte)} MiB an hour`,
    Math.max(...openFiles) > openFiles[0]! + openFilesMore &&
      `open files grow from ${openFiles[0]} to ${Math.max(...openFiles)}`,
    logBytes > logBytesMax && `the write-ahead log grew to ${Math.round(logBytes / mebibyte)} MiB`,
  ].filter((problem) => problem !== false);
}

function told({ residentBytes, openFiles, logBytes }: VitalSigns): string {
  return `${Math.round(residentBytes / mebibyte)} MiB resident, ${openFiles} open files, log ${(logBytes / mebibyte).toFixed(1)} MiB`;
}
