// Native webhooks have no settings of their own: the native API knows all of them.

import type { DialectSettings } from '../../api/dialect.ts';
import { secondMs } from '../../domain/clock.ts';
import { closed } from './wire/schemas.ts';

export const nativeSettings: DialectSettings = {
  schema: closed({}),
  wireId: 'none',
  target: { http: false, userinfo: false },
  timeoutMs: 15 * secondMs,
  makesSecret: true,
  apply: () => ({}),
  show: () => ({}),
  problems: () => [],
};
