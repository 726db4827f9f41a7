// The audit of a record: who changed which field from what to what, newest first (specification §3.5).

import type { NumberedAuditEntry } from '../../domain/audit.ts';
import type { Instant } from '../../domain/clock.ts';
import { allRows } from '../../api/all-rows.ts';
import type { PolicyOf } from '../../domain/webhook-policy.ts';
import { nodeId, personNumber } from './node-id.ts';
import type { Reads } from './reads.ts';
import type { Answer, Call } from './rest/calls.ts';
import { orderOf, pageOf } from './rest/pages.ts';
import { wholeSeconds } from '../../api/whole-seconds.ts';
import { fieldsAsked, inCollection } from './rest/records.ts';

export type AuditShowing = {
  readonly nodeDomain: () => string;
  readonly policyOf: PolicyOf;
};

/** What finds an entry again. */
type Place = { readonly id: number; readonly at: Instant };

/** Entries can be many and large: so many are held at once, and in the end those of the page that was asked for. */
const heldMax = 100;

export async function auditOf(
  store: Pick<Reads, 'listAudit'>,
  call: Call,
  subjectId: string,
  showing: AuditShowing,
): Promise<Answer> {
  const places = await allRows<Place>(async (request) => {
    const page = await store.listAudit(call.tenantId, { subjectId }, { ...request, limit: heldMax });
    const telling = page.rows.filter((entry) => tellsSomething(auditRecord(entry, showing)));
    return { ...page, rows: telling.map(({ number, at }) => ({ id: number, at })) };
  });
  // Its order is fixed: what `sort` says is ignored.
  const { sort: _, ...query } = call.query;
  const { rows, headers } = pageOf(places, orderOf(query, sorts, 'newest'), query, call.linkBase);
  const show = (record: AuditRecord) =>
    fieldsAsked(query).length === 0 ? record : inCollection(record, query, []);
  const body: unknown[] = [];
  for (const { id, at } of rows) {
    const within = { subjectId, from: at, to: at + 1 };
    const entries = await allRows((request) => store.listAudit(call.tenantId, within, request));
    const entry = entries.find(({ number }) => number === id);
    if (entry !== undefined) body.push(show(auditRecord(entry, showing)));
  }
  return { body, headers };
}

const sorts = {
  id: ({ id }: Place) => id,
  newest: ({ id }: Place) => -id,
};

function tellsSomething({ action, changes }: AuditRecord): boolean {
  return action !== 'update' || Object.keys(changes).length > 0;
}

type AuditRecord = ReturnType<typeof auditRecord>;

function auditRecord(entry: NumberedAuditEntry, showing: AuditShowing) {
  const action = actionOf(entry.action);
  const { kind, id, name } = entry.actor;
  return {
    id: entry.number,
    action,
    created_at: wholeSeconds(entry.at),
    created_by: kind === 'system' ? null : { id: personNumber(id), name },
    changes: changesOf(entry, showing),
    nodeID: nodeId(showing.nodeDomain(), 'AuditLine', entry.number),
  };
}

function actionOf(action: string): 'create' | 'update' | 'destroy' {
  const [, verb] = action.split('.');
  return verb === 'created' ? 'create' : verb === 'deleted' ? 'destroy' : 'update';
}

/** Each field of this wire that changed with its old and its new value; of a new record, what it was given. */
function changesOf(
  { before, after }: NumberedAuditEntry,
  { policyOf }: AuditShowing,
): Readonly<Record<string, readonly [unknown, unknown]>> {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const changed = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) =>
    before === null
      ? isGiven(name, now)
      : JSON.stringify(old[name] ?? null) !== JSON.stringify(now[name] ?? null),
  );
  const shown = (name: string, value: unknown) =>
    name === 'webhook_policy_id' ? policyNumber(value, policyOf) : (value ?? null);
  return Object.fromEntries(changed.map((name) => [name, [shown(name, old[name]), shown(name, now[name])]]));
}

/** A new record has its event's name unless it was given another. */
function isGiven(name: string, fields: Fields): boolean {
  const value = fields[name] ?? null;
  if (name === 'name' && value === fields['event']) return false;
  return value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}

type Fields = Readonly<Record<string, unknown>>;

/** A webhook or a policy as the audit log keeps it, by the names of this wire; its policy by the id of our own. */
function fieldsOf(kept: unknown): Fields {
  if (typeof kept !== 'object' || kept === null) return {};
  const it = kept as Kept;
  if (it.algorithm !== undefined) {
    return {
      jwt_alg: it.algorithm,
      jwt_audience: it.audience,
      jwt_claim_expires_in: it.expiresInMinutes,
      disabled: it.disabled,
    };
  }
  const settings = it.dialectSettings ?? {};
  const [event] = it.eventTypes ?? [];
  return {
    event,
    uri: uriOf(it),
    name: it.name,
    disabled: it.state?.kind !== 'active',
    description: it.description === '' ? null : it.description,
    attachments: settings['attachments'],
    mail_exceptions_to: settings['mailExceptionsTo'],
    webhook_policy_id: it.signing?.policyId,
    openid_connect_discovery: settings['openidConnectDiscovery'],
    app_offering_references: settings['appOfferingReferences'],
    source: settings['source'],
    sourceID: settings['sourceID'],
    verified: it.verification === 'verified',
  };
}

type Kept = {
  readonly algorithm?: string;
  readonly audience?: string | null;
  readonly expiresInMinutes?: number | null;
  readonly disabled?: boolean;
  readonly name?: string;
  readonly description?: string;
  readonly url?: string;
  readonly credentials?: { readonly username: string } | null;
  readonly eventTypes?: readonly string[];
  readonly state?: { readonly kind: string };
  readonly signing?: { readonly scheme: string; readonly policyId?: string };
  readonly verification?: string | null;
  readonly dialectSettings?: Readonly<Record<string, unknown>>;
};

/** The audit log keeps no value of a query; the password is masked as well. */
function uriOf({ url = '', credentials }: Kept): string {
  if (!credentials) return url;
  return url.replace('://', `://${encodeURIComponent(credentials.username)}:****@`);
}

/** Null also of a policy that is no more: its number went with it. */
function policyNumber(id: unknown, policyOf: PolicyOf): number | null {
  return typeof id === 'string' ? (policyOf(id)?.wireId ?? null) : null;
}
