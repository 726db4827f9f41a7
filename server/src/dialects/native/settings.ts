// Native webhooks have no settings of their own: the native API knows all of them.

import type { DialectSettings } from '../../api/dialect.ts';
import { secondMs } from '../../domain/clock.ts';
import { messageAlgorithms } from '../../domain/webhook.ts';
import { closed } from './wire/schemas.ts';

export const nativeSettings: DialectSettings = {
  title: 'Posthorn',
  signatures: [
    { scheme: 'standard-webhooks', algorithms: ['hmac-sha256'] },
    { scheme: 'http-message-signature', algorithms: messageAlgorithms },
  ],
  schema: closed({}),
  wireId: 'none',
  target: { http: false, userinfo: false },
  timeoutMs: 15 * secondMs,
  makesSecret: true,
  apply: () => ({}),
  show: () => ({}),
  problems: () => [],
};
