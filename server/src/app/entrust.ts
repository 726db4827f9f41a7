// What the operator says about the Entrust dialect, and the application that the settings name.

import { CannotStart } from '../cannot-start.ts';
import type { Config } from '../config.ts';
import type { EntrustSettings } from '../dialects/entrust/entrust.ts';
import { superAdministratorRoleId } from '../domain/access.ts';
import { ensureClient, type FirstClientParts } from '../manage/first-client.ts';
import type { Log } from '../observe/log.ts';

export function entrustSettings(config: Config): EntrustSettings {
  return {
    tokenLifetimeS: config.entrustTokenSeconds,
    schedule: config.entrustRetrySchedule,
    profile: config.deliveryProfile,
  };
}

/** Both settings or none: half of it is a mistake that clients would find out as a wrong secret. */
export function refuseHalfAnApplication({ entrustApplicationId, entrustSharedSecret }: Config): void {
  if ((entrustApplicationId === null) === (entrustSharedSecret === null)) return;
  throw new CannotStart('ENTRUST_APPLICATION_ID and ENTRUST_SHARED_SECRET go together: set both or none');
}

/** Resolves once there is one, if the settings name one. */
export async function ensureEntrustApplication(
  parts: FirstClientParts,
  { entrustApplicationId: clientId, entrustSharedSecret: secret }: Config,
  log: Log,
): Promise<void> {
  if (clientId === null || secret === null) return;
  const displayName = 'Entrust application';
  const given = { clientId, secret, roleId: superAdministratorRoleId, displayName };
  const { hasThisSecret } = await ensureClient(parts, given);
  if (!hasThisSecret) log.say('warn', 'entrust application has another secret', { hint: otherSecret });
}

const otherSecret = 'ENTRUST_SHARED_SECRET is not its secret any more: the native API rotates that';
