// All schema versions in order: migration n brings the schema from version n - 1 to n. Released ones never change.

import { foundation } from './001-foundation.ts';
import { principals } from './002-principals.ts';
import { webhookPolicies } from './003-webhook-policies.ts';
import { verification } from './004-verification.ts';
import { expiryAndLimits } from './005-expiry-and-limits.ts';
import { endedSessions } from './006-ended-sessions.ts';
import { observing } from './007-observing.ts';
import { replays } from './008-replays.ts';
import { portalLinks } from './009-portal-links.ts';
import { cheapChecks } from './010-cheap-checks.ts';
import { lists } from './011-lists.ts';
import { redelivered } from './012-redelivered.ts';
import { order } from './013-order.ts';
import { takenBy } from './014-taken-by.ts';

export type Migration = {
  readonly name: string;
  readonly sql: string;
  /** Whether it writes the schema's own table, which SQLite otherwise forbids. */
  readonly writesSchema?: true;
};

export const migrations: readonly Migration[] = [
  { name: 'foundation', sql: foundation },
  { name: 'principals', sql: principals },
  { name: 'webhook policies', sql: webhookPolicies },
  { name: 'verification', sql: verification, writesSchema: true },
  { name: 'expiry and limits', sql: expiryAndLimits, writesSchema: true },
  { name: 'ended sessions', sql: endedSessions },
  { name: 'observing', sql: observing },
  { name: 'replays', sql: replays },
  { name: 'portal links', sql: portalLinks },
  { name: 'cheap checks', sql: cheapChecks, writesSchema: true },
  { name: 'lists', sql: lists },
  { name: 'redelivered', sql: redelivered },
  { name: 'order', sql: order },
  { name: 'taken by', sql: takenBy },
];
