// Webhook policies, and the webhooks that sign by them. The reference keeps a policy for as long as a webhook has it.

export const webhookPolicies = `
CREATE TABLE webhook_policies (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  wire_number INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  algorithm TEXT NOT NULL,
  audience TEXT,
  expires_in_minutes INTEGER CHECK (expires_in_minutes >= 1),
  disabled_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  keys TEXT NOT NULL
) STRICT;
CREATE INDEX webhook_policies_of_tenant ON webhook_policies (tenant_id, created_at, id);

ALTER TABLE webhooks ADD COLUMN policy_id TEXT REFERENCES webhook_policies (id);
CREATE INDEX webhooks_of_policy ON webhooks (policy_id) WHERE policy_id IS NOT NULL;
`;
