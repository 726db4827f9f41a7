// A browser and a Posthorn for the journeys of one file: there before its first test, gone after its last.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { startPosthorn, type Posthorn } from '../../server/test/process/posthorn.ts';
import { openBrowser } from './browser.ts';

export let browser: Browser;
export let posthorn: Posthorn;

beforeAll(async () => {
  [browser, posthorn] = await Promise.all([openBrowser(), startPosthorn()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), posthorn?.[Symbol.asyncDispose]()]);
});
