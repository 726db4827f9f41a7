// `posthorn config`: what is set, and where.

import { readConfig, settings } from '../config.ts';
import type { Sources } from '../config/resolve.ts';
import { showSettings } from '../config/show.ts';

/** Every setting, one a line. Throws `BadSettings` like a start. */
export function showConfig(sources: Sources): string {
  return showSettings(settings, readConfig(sources).origins);
}
