// Before the journeys: the web app is built, and there is a browser. Both only when missing.

import { buildUi } from '../../scripts/build-ui.ts';
import { ensureChromium } from './chromium.ts';

export async function setup(): Promise<void> {
  ensureChromium();
  await buildUi();
}
