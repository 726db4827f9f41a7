// `posthorn config`: what is set, and where.

import { settings, type Configuration } from '../config.ts';
import { showSettings } from '../config/show.ts';

/** Every setting, one a line. */
export function showConfig({ origins }: Configuration): string {
  return showSettings(settings, origins);
}
