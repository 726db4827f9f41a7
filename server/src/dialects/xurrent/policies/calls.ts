// What each call of `/v1/webhook_policies` does (specification §4).

import { allRows } from '../../../api/all-rows.ts';
import { invalid, notFound, Refusal } from '../../../domain/refusal.ts';
import type { WebhookPolicy } from '../../../domain/webhook-policy.ts';
import type { WebhookPolicies } from '../../../manage/webhook-policies.ts';
import { auditOf, type AuditShowing } from '../audit.ts';
import { numberOf } from '../node-id.ts';
import type { Reads } from '../reads.ts';
import { collection, type Answer, type Call, type Handle } from '../rest/calls.ts';
import type { FilterFields } from '../rest/filters.ts';
import { readFields } from '../rest/fields.ts';
import { readPolicy } from './policy-in.ts';
import { defaultFields, policyRecord, policyRecordWithKey, type PolicyRecord } from './policy-out.ts';

export type PolicyCallsParts = {
  readonly policies: Pick<WebhookPolicies, 'create' | 'update' | 'remove'>;
  readonly store: Pick<Reads, 'listAudit' | 'getPolicyByNumber' | 'listPolicies'>;
  readonly showing: AuditShowing;
  /** Whether a policy may sign with `none`: the operator's switch. */
  readonly allowsUnsecured: boolean;
};

const filters: FilterFields<PolicyRecord> = {
  id: { kind: 'integer', of: ({ id }) => id },
  name: { kind: 'text-any-case', of: ({ name }) => name },
  disabled: { kind: 'boolean', of: ({ disabled }) => disabled },
  created_at: { kind: 'time', of: ({ created_at }) => created_at },
  updated_at: { kind: 'time', of: ({ updated_at }) => updated_at },
};

const sorts = {
  id: ({ id }: PolicyRecord) => id,
  created_at: ({ created_at }: PolicyRecord) => created_at,
  updated_at: ({ updated_at }: PolicyRecord) => updated_at,
};

export type PolicyCalls = Readonly<
  Record<'list' | 'listEnabled' | 'listDisabled' | 'get' | 'create' | 'update' | 'remove' | 'audit', Handle>
>;

export function makePolicyCalls({
  policies,
  store,
  showing,
  allowsUnsecured,
}: PolicyCallsParts): PolicyCalls {
  const { nodeDomain } = showing;

  async function found({ tenantId, id }: Call): Promise<WebhookPolicy> {
    const number = numberOf(id, nodeDomain(), 'WebhookPolicy');
    const policy = number === undefined ? undefined : await store.getPolicyByNumber(tenantId, number);
    if (policy === undefined) throw notFound('webhook policy');
    return policy;
  }

  function list(only: (record: PolicyRecord) => boolean) {
    return async (call: Call): Promise<Answer> => {
      const all = await allRows((page) => store.listPolicies(call.tenantId, {}, page));
      const records = all.map((policy) => policyRecord(policy, nodeDomain())).filter(only);
      return collection(call, records, { filters, sorts, sort: 'created_at', fields: defaultFields });
    };
  }

  return {
    list: list(() => true),
    listEnabled: list(({ disabled }) => !disabled),
    listDisabled: list(({ disabled }) => disabled),

    async get(call) {
      return { body: policyRecord(await found(call), nodeDomain()) };
    },

    async create(call) {
      const given = readPolicy(await readFields(call.request), 'create', { allowsUnsecured });
      const policy = await policies.create(call.caller, {
        algorithm: given.algorithm!,
        audience: given.audience ?? null,
        expiresInMinutes: given.expiresInMinutes ?? null,
        disabled: given.disabled ?? false,
      });
      const location = call.pageUrl(`webhook_policies/${policy.wireId}`);
      return { status: 201, body: policyRecordWithKey(policy, nodeDomain()), headers: { location } };
    },

    async update(call) {
      const { id } = await found(call);
      const given = readPolicy(await readFields(call.request), 'update', { allowsUnsecured });
      const { policy, newKey } = await policies.update(call.caller, id, given);
      return { body: (newKey ? policyRecordWithKey : policyRecord)(policy, nodeDomain()) };
    },

    async remove(call) {
      const { id } = await found(call);
      try {
        await policies.remove(call.caller, id);
      } catch (error) {
        if (error instanceof Refusal && error.code === 'conflict') throw inUse();
        throw error;
      }
      return {};
    },

    async audit(call) {
      const { id } = await found(call);
      return auditOf(store, call, id, showing);
    },
  };
}

function inUse(): Refusal {
  return invalid([{ pointer: '/base', rule: 'in_use', message: 'Webhook policy is used by webhooks' }]);
}
