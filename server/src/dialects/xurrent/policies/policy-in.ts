// Reads what a client wants a webhook policy to be (specification §4).

import {
  audienceBytesMax,
  jwtAlgorithms,
  policyProblems,
  type JwtAlgorithm,
} from '../../../domain/webhook-policy.ts';
import type { PolicyDraft } from '../../../manage/webhook-policies.ts';
import type { Fields } from '../rest/fields.ts';
import { isBlank, readerOf, scalarText, type FieldReader } from '../rest/field-reader.ts';
import { refuseIfAny } from '../rest/refusals.ts';

/** The fields that a request carries; null clears one that may be blank. */
export type PolicyIn = Partial<PolicyDraft>;

const minutesMax = 5_256_000;

/** `allowsUnsecured`: whether the operator lets policies sign with `none`. Throws `invalid`. */
export function readPolicy(
  fields: Fields,
  kind: 'create' | 'update',
  { allowsUnsecured }: { readonly allowsUnsecured: boolean },
): PolicyIn {
  const reader = readerOf(fields);
  const isAsked = kind === 'create' || reader.isGiven('jwt_alg');
  const algorithm = isAsked ? readAlgorithm(reader, allowsUnsecured) : undefined;
  const audience = readAudience(reader);
  const expiresInMinutes = readDuration(reader);
  const disabled = reader.boolean('disabled');
  refuseIfAny(reader.problems);
  return {
    ...(algorithm !== undefined && { algorithm }),
    ...(audience !== undefined && { audience }),
    ...(expiresInMinutes !== undefined && { expiresInMinutes }),
    ...(disabled !== undefined && { disabled }),
  };
}

function readAlgorithm(reader: FieldReader, allowsUnsecured: boolean): JwtAlgorithm | undefined {
  const value = reader.raw('jwt_alg');
  if (value === undefined || isBlank(value)) return reader.fail('jwt_alg', "can't be blank");
  const text = scalarText(value) ?? '';
  const known = jwtAlgorithms.find((algorithm) => algorithm === text);
  if (known !== undefined && (known !== 'none' || allowsUnsecured)) return known;
  return reader.fail('jwt_alg', 'is not included in the list');
}

function readAudience(reader: FieldReader): string | null | undefined {
  const text = reader.text('jwt_audience', audienceBytesMax);
  if (policyProblems({ audience: text ?? null }).length === 0) return text;
  return reader.fail('jwt_audience', `is too long (maximum is ${audienceBytesMax} bytes)`);
}

/** Whole minutes, or `h:mm` (§2.2: durations in). */
function readDuration(reader: FieldReader): number | null | undefined {
  const value = reader.raw('jwt_claim_expires_in');
  if (value === undefined) return undefined;
  if (isBlank(value)) return null;
  const [, hours = '0', minutes] =
    /^(?:(\d{1,6}):(?=[0-5]\d$))?(\d{1,9})$/.exec(scalarText(value) ?? '') ?? [];
  const total = minutes === undefined ? Number.NaN : Number(hours) * 60 + Number(minutes);
  if (total >= 1 && total <= minutesMax) return total;
  return reader.fail('jwt_claim_expires_in', total < 1 ? 'must be greater than or equal to 1' : 'is invalid');
}
