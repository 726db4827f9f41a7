// `npm run screenshots`: pictures of the main pages for the README, in docs/images.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { buildUi } from '../../scripts/build-ui.ts';
import { openBrowser, type Look } from '../test/browser.ts';
import { ensureChromium } from '../test/chromium.ts';
import { visitAs } from '../test/sign-in.ts';
import { startSample } from './sample.ts';

type Picture = Look & {
  readonly name: string;
  readonly path: string;
  /** Brings the page to what the picture is about. */
  readonly until: (page: Page) => Promise<void>;
};

const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));

const rows = (page: Page) => page.getByRole('row').nth(3).waitFor();

const pictures: readonly Picture[] = [
  { name: 'overview', path: '/?window=24h', until: settled },
  { name: 'overview-dark', path: '/?window=24h', dark: true, until: settled },
  { name: 'webhooks', path: '/webhooks', until: rows },
  { name: 'webhooks-phone', path: '/webhooks', width: 390, until: rows },
  { name: 'deliveries', path: '/deliveries', until: rows },
  {
    name: 'delivery',
    path: '/deliveries?state=scheduled',
    async until(page) {
      await page.getByRole('row').nth(1).click();
      await page.getByRole('dialog').waitFor();
      await settled(page);
    },
  },
  { name: 'issues', path: '/issues', dark: true, until: settled },
  { name: 'catalogue', path: '/catalogue', until: rows },
];

mkdirSync(images, { recursive: true });
ensureChromium();
await buildUi();
console.error('Starting a Posthorn with sample traffic …');
await using posthorn = await startSample();
const browser = await openBrowser();
try {
  for (const { name, path, until, ...look } of pictures) {
    await using visitor = await visitAs(browser, posthorn, path, look);
    await until(visitor.page);
    await visitor.page.screenshot({ path: `${images}${name}.png` });
    console.error(`docs/images/${name}.png`);
  }
} finally {
  await browser.close();
}

/** Until nothing is asked for any more but the live news. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('status').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(500);
}
