// English, page by page.

import { attemptErrors, statusHint } from './attempt-errors.ts';
import { attempts } from './attempts.ts';
import { catalogue } from './catalogue.ts';
import { changes } from './changes.ts';
import { charts } from './charts.ts';
import { common, numbers, time } from './common.ts';
import { createWebhook, webhookForm } from './webhook-form.ts';
import { deliveries } from './deliveries.ts';
import { events } from './events.ts';
import { portal } from './portal.ts';
import { issues } from './issues.ts';
import { overview } from './overview.ts';
import { replays } from './replays.ts';
import { shell, signIn } from './shell.ts';
import { signing } from './signing.ts';
import { states } from './states.ts';
import { table } from './table.ts';
import { webhook } from './webhook.ts';
import { webhooks } from './webhooks.ts';
import { timeWindow } from './window.ts';

export const en = {
  product: 'Posthorn',
  common,
  numbers,
  time,
  states,
  charts,
  changes,
  table,
  timeWindow,
  attempts,
  attemptErrors,
  statusHint,
  deliveries,
  events,
  shell,
  signIn,
  portal,
  catalogue,
  webhooks,
  webhook,
  webhookForm,
  createWebhook,
  signing,
  overview,
  issues,
  replays,
} as const;
