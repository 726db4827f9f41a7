// What every change of the control plane brings along: its audit entry and its idempotency key.

import { describe, expect, test } from 'vitest';
import { KeyUsed, type Store } from '../store.ts';
import { aChange, aKey, anApiKey, aWebhook, first, newId, now, tenantId } from './given.ts';
import { idsByPages } from './paging.ts';

export function controlPlaneContract(store: () => Store): void {
  describe('the audit entry of a change', () => {
    test('AUT-12: tells who, when, from where and what, with secrets masked', async () => {
      const change = aChange();
      await store().createApiKey(anApiKey(), change);
      const { rows } = await store().listAudit(tenantId, {}, first);
      expect(rows).toEqual([{ ...change.audit, number: expect.any(Number), after: { secret: '[secret]' } }]);
    });

    test('has a number that ascends with the changes', async () => {
      const first3 = [aChange(), aChange(), aChange()];
      for (const change of first3) await store().createApiKey(anApiKey(), change);
      const { rows } = await store().listAudit(tenantId, {}, first);
      const numbers = first3.map(({ audit }) => rows.find(({ id }) => id === audit.id)!.number);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(new Set(numbers).size).toBe(3);
    });

    test('is not written when nothing changed', async () => {
      await store().deleteApiKey(tenantId, newId('key'), aChange());
      await store().updateWebhook(aWebhook(), 1, aChange());
      expect((await store().listAudit(tenantId, {}, first)).rows).toEqual([]);
    });

    test('is listed newest first, page by page in both directions, in its own tenant', async () => {
      const ids: string[] = [];
      for (const at of [now, now + 1, now + 1, now + 2]) {
        const change = aChange({ at });
        await store().createApiKey(anApiKey(), change);
        ids.unshift(change.audit.id);
      }
      expect(
        await idsByPages(
          (page) => store().listAudit(tenantId, {}, page),
          ({ id }) => id,
        ),
      ).toEqual(ids);
      expect((await store().listAudit(newId('tnt'), {}, first)).rows).toEqual([]);
    });

    test('is found by action, subject and time', async () => {
      const made = [];
      for (const [action, id, at] of [
        ['key.created', 'key_1', now],
        ['key.created', 'key_2', now + 1],
        ['key.deleted', 'key_1', now + 2],
      ] as const) {
        const { audit } = aChange({ at });
        made.push(audit.id);
        await store().createApiKey(anApiKey(), { audit: { ...audit, action, subject: { kind: 'key', id } } });
      }
      const [a, b, c] = made;
      const idsOf = async (filter: Parameters<Store['listAudit']>[1]) =>
        (await store().listAudit(tenantId, filter, first)).rows.map(({ id }) => id);
      expect(await idsOf({ action: 'key.created' })).toEqual([b, a]);
      expect(await idsOf({ subjectId: 'key_1' })).toEqual([c, a]);
      expect(await idsOf({ from: now + 1, to: now + 2 })).toEqual([b]);
    });

    test('AUT-12: the chain of all entries is whole', async () => {
      await Promise.all(Array.from({ length: 30 }, () => store().createApiKey(anApiKey(), aChange())));
      expect(await store().auditProblem()).toBeUndefined();
    });
  });

  describe('the idempotency key of a change', () => {
    test('keeps the answer until it expires', async () => {
      const key = aKey({ expiresAt: now + 10 });
      const answer = { status: 201, body: '{"id":"key_01"}' };
      await store().createApiKey(anApiKey(), aChange({ key, answer }));
      expect(await store().findAnswer(key, now + 9)).toEqual({ bodyHash: key.bodyHash, answer });
      expect(await store().findAnswer(key, now + 10)).toBeUndefined();
      expect(await store().findAnswer({ ...key, route: 'POST /other' }, now)).toBeUndefined();
      expect(await store().findAnswer({ ...key, tenantId: newId('tnt') }, now)).toBeUndefined();
    });

    test('used again it rejects with KeyUsed, and nothing changes', async () => {
      const key = aKey();
      await store().createApiKey(anApiKey(), aChange({ key }));
      const second = anApiKey();
      await expect(store().createApiKey(second, aChange({ key }))).rejects.toBeInstanceOf(KeyUsed);
      expect(await store().getApiKey(tenantId, second.id)).toBeUndefined();
      expect((await store().listAudit(tenantId, {}, first)).rows).toHaveLength(1);
    });

    test('of two changes at once with one key, one happens', async () => {
      const key = aKey();
      const keys = [anApiKey(), anApiKey(), anApiKey()];
      const results = await Promise.allSettled(
        keys.map((each) => store().createApiKey(each, aChange({ key }))),
      );
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect((await store().listApiKeys(tenantId, {}, now, first)).rows).toHaveLength(1);
    });

    test('is free again once it has expired', async () => {
      const key = aKey({ expiresAt: now + 10 });
      await store().createApiKey(anApiKey(), aChange({ key }));
      const renewed = { ...key, expiresAt: now + 100 };
      await store().createApiKey(anApiKey(), aChange({ key: renewed, at: now + 10 }));
      expect(await store().findAnswer(key, now + 50)).toBeDefined();
    });

    test('is not kept when nothing changed', async () => {
      const key = aKey();
      await store().deleteApiKey(tenantId, newId('key'), aChange({ key }));
      expect(await store().findAnswer(key, now)).toBeUndefined();
    });
  });
}
