// Whether a URL can be delivered to, asked before a webhook points to it.

import { call } from './call.ts';
import type { UrlCheck, Webhook } from './types.ts';

export const checkUrl = (url: string, dialect: Webhook['dialect']): Promise<UrlCheck> =>
  call('POST', '/url-checks', { body: { url, dialect }, isQuestion: true });
