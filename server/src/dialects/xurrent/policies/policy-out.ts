// A webhook policy as Xurrent's clients read it; its public key only where one was just made (specification §4).

import type { WebhookPolicy } from '../../../domain/webhook-policy.ts';
import { nodeId } from '../node-id.ts';
import { wholeSeconds } from '../../../api/whole-seconds.ts';

/** All fields but the key. */
export function policyRecord(policy: WebhookPolicy, nodeDomain: string) {
  return {
    id: policy.wireId,
    name: policy.name,
    disabled: policy.disabledAt !== null,
    jwt_alg: policy.algorithm,
    jwt_audience: policy.audience,
    jwt_claim_expires_in: policy.expiresInMinutes,
    created_at: wholeSeconds(policy.createdAt),
    updated_at: wholeSeconds(policy.updatedAt),
    nodeID: nodeId(nodeDomain, 'WebhookPolicy', policy.wireId),
  };
}

export type PolicyRecord = ReturnType<typeof policyRecord>;

/** With what verifies its signatures: the public key in PEM, or for `hs*` the secret itself; null for `none`. */
export function policyRecordWithKey(policy: WebhookPolicy, nodeDomain: string) {
  const { nodeID, created_at, updated_at, ...rest } = policyRecord(policy, nodeDomain);
  return { ...rest, public_key_pem: verifyingKey(policy), created_at, updated_at, nodeID };
}

function verifyingKey({ algorithm, keys: [current] }: WebhookPolicy): string | null {
  return algorithm.startsWith('hs') ? current.secret.reveal() : current.publicKeyPem;
}

export const defaultFields = ['name', 'created_at', 'updated_at'] as const;
