// Webhook policies as rows. The secrets of their keys are sealed on the way in and opened on the way out.

import type { JwtAlgorithm, PolicyKey, PolicyKeys, WebhookPolicy } from '../../domain/webhook-policy.ts';
import type { Sealer } from '../seal.ts';
import type { PolicyRow } from '../schema.ts';

type SealedKey = Omit<PolicyKey, 'secret'> & { readonly secret: string };

/** The row of a new policy, which has no number yet, too. */
export function policyRow(
  policy: Omit<WebhookPolicy, 'wireId'>,
  sealer: Sealer,
): Omit<PolicyRow, 'wire_number'> {
  const sealed = policy.keys.map((key): SealedKey => ({
    ...key,
    secret: sealer.seal(key.secret, placeOf(policy.id, key.id)),
  }));
  return {
    id: policy.id,
    tenant_id: policy.tenantId,
    name: policy.name,
    algorithm: policy.algorithm,
    audience: policy.audience,
    expires_in_minutes: policy.expiresInMinutes,
    disabled_at: policy.disabledAt,
    created_at: policy.createdAt,
    updated_at: policy.updatedAt,
    version: policy.version,
    keys: JSON.stringify(sealed),
  };
}

export function policyOf(row: PolicyRow, sealer: Sealer): WebhookPolicy {
  const sealed = JSON.parse(row.keys) as readonly SealedKey[];
  const keys = sealed.map((key): PolicyKey => ({
    ...key,
    secret: sealer.open(key.secret, placeOf(row.id, key.id)),
  }));
  return {
    id: row.id,
    tenantId: row.tenant_id,
    wireId: row.wire_number,
    name: row.name,
    algorithm: row.algorithm as JwtAlgorithm,
    audience: row.audience,
    expiresInMinutes: row.expires_in_minutes,
    disabledAt: row.disabled_at,
    keys: keys as unknown as PolicyKeys,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

function placeOf(id: string, keyId: string) {
  return { table: 'webhook_policies', id, column: `key ${keyId}` };
}
