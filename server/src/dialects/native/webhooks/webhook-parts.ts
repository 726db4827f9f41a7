// What creating and changing a webhook have in common: its dialect, its settings there, its target, its schedule.

import { bodyReader } from '../../../api/read-body.ts';
import { secondMs } from '../../../domain/clock.ts';
import { invalid, type FieldProblem } from '../../../domain/refusal.ts';
import type { RetrySchedule } from '../../../domain/retry-schedule.ts';
import type { JudgeTarget, Target } from '../../../domain/target.ts';
import type { DeliveryProfile, DialectName } from '../../../domain/webhook.ts';
import type { ChosenSigning } from '../../../manage/new-signing.ts';
import type { DialectsByName, OtherDialect } from '../parts.ts';

/** By what a webhook is judged and completed. */
export type Judgement = {
  readonly dialects: DialectsByName;
  readonly judgeTarget: JudgeTarget;
  readonly newSigning: ChosenSigning;
  /** Of a new webhook of another dialect that names none. */
  readonly profile: DeliveryProfile;
};

export function dialectNamed(name: DialectName, dialects: DialectsByName): OtherDialect {
  const dialect = dialects.get(name);
  if (dialect !== undefined) return dialect;
  const message = `This server does not speak ${name}; it speaks ${[...dialects.keys()].join(', ')}`;
  throw invalid([{ pointer: '/dialect', rule: 'not_supported', message }]);
}

/** The settings checked against the dialect's own schema. */
export function readSettings(
  given: Readonly<Record<string, unknown>>,
  { settings }: OtherDialect,
): Readonly<Record<string, unknown>> {
  const bytes = Buffer.from(JSON.stringify(given));
  return bodyReader(settings.schema).read(bytes, '/dialectSettings') as Readonly<Record<string, unknown>>;
}

type Judged = Target & { readonly problems: readonly FieldProblem[] };

export function judge(url: string, { settings }: OtherDialect, judgeTarget: JudgeTarget): Judged {
  const judged = judgeTarget(url, settings.target);
  if (judged.ok) return { ...judged.target, problems: [] };
  return { url, userinfo: null, problems: [{ pointer: '/url', ...judged.problem }] };
}

/** Native webhooks have no original to be faithful to. */
export function profilesOf(dialect: DialectName): readonly DeliveryProfile[] {
  return dialect === 'native' ? ['durable'] : ['durable', 'faithful'];
}

export function problemsOfProfile(
  profile: DeliveryProfile | undefined,
  dialect: DialectName,
): FieldProblem[] {
  if (profile === undefined || profilesOf(dialect).includes(profile)) return [];
  const message = "Native webhooks have only the profile 'durable': there is no original to be faithful to";
  return [{ pointer: '/profile', rule: 'not_supported', message }];
}

export function waitsMs(seconds: readonly number[] | null): RetrySchedule | null {
  return seconds === null ? null : seconds.map((wait) => wait * secondMs);
}
