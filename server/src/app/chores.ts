// The recurring work beside the deliveries.

import { secondMs } from '../domain/clock.ts';
import { durableRules, type RulesOf } from '../domain/delivery-rules.ts';
import type { SkipsUnverified } from '../domain/match.ts';
import type { DialectName } from '../domain/webhook.ts';
import type { Config } from '../config.ts';
import type { Engine } from '../deliver/engine-port.ts';
import { onlyWhere, startChores, type Chores } from '../maintain/chores.ts';
import { deletedTenants, orphans } from '../maintain/orphans.ts';
import { replaying } from '../maintain/replaying.ts';
import { retention } from '../maintain/retention.ts';
import { tooOld } from '../maintain/too-old.ts';
import type { Foundation } from './foundation.ts';

/** A start has the database to itself for so long. */
const firstAfterMs = 10 * secondMs;

type Rules = {
  readonly rules: Readonly<Record<DialectName, RulesOf | undefined>>;
  readonly skipsUnverified: SkipsUnverified;
};

export function startAllChores(
  { store, ids, clock, emit }: Foundation,
  engine: Pick<Engine, 'reload' | 'wake' | 'owns' | 'waitsFor'>,
  { rules, skipsUnverified }: Rules,
  config: Pick<Config, 'retentionDays' | 'retrySchedule'>,
  isFirst: () => boolean,
): Chores {
  const rulesOf: RulesOf = (webhook, schedule) => (rules[webhook.dialect] ?? durableRules)(webhook, schedule);
  const chores = [
    ...[
      retention(store, config.retentionDays, clock, emit),
      orphans(store, clock),
      deletedTenants(store, clock),
    ].map((chore) => onlyWhere(isFirst, chore)),
    tooOld({
      store,
      rulesOf,
      schedule: config.retrySchedule,
      owns: (id) => engine.owns(id),
      waitsFor: (id) => engine.waitsFor(id),
      reload: (id) => engine.reload(id),
      clock,
      emit,
    }),
    replaying({
      store,
      skipsUnverified,
      owns: (id) => engine.owns(id),
      wake: (id) => engine.wake(id),
      ids,
      clock,
      emit,
    }),
  ];
  return startChores(chores, firstAfterMs, clock, emit);
}
