import { expect, test } from 'vitest';
import { startNative } from '../../../test/native/native-server.ts';

test('P26: what belongs to another tenant answers like what is not there, on every route', async () => {
  await using native = await startNative();
  const { call } = native;
  const { body: webhook } = await call('POST', '/api/v1/webhooks', {
    name: 'w',
    url: 'https://example.com/',
    eventTypes: ['*'],
  });
  const { body: event } = await call('POST', '/api/v1/events', { type: 'a', data: {} });
  await call('POST', '/api/v1/event-types', { name: 'mine' });
  const { body: policy } = await call('POST', '/api/v1/webhook-policies', { algorithm: 'hs256' });
  const { body: role } = await call('POST', '/api/v1/roles', { name: 'r', permissions: [] });
  const { body: key } = await call('POST', '/api/v1/api-keys', { name: 'k', permissions: [] });
  const { body: link } = await call('POST', '/api/v1/portal-links', {});
  const { body: user } = await call('POST', '/api/v1/principals', {
    username: 'ada',
    roleId: 'rol_auditor',
    password: 'engine-analytical',
  });
  const { body: client } = await call('POST', '/api/v1/principals', {
    kind: 'client',
    displayName: 'Importer',
    roleId: 'rol_auditor',
  });
  const { id: own } = (await call('GET', '/api/v1/tenants')).body.data[0];
  const delivery = native.handedOver[0]!.delivery.id;
  const { body: replay } = await call('POST', '/api/v1/replays', {});
  const other = await native.tenant('acme');
  const authorization = `Bearer ${other.key}`;

  const targets: Record<string, readonly string[]> = {
    webhooks: [webhook.id],
    'webhook-policies': [policy.id],
    events: [event.id],
    'event-types': ['mine'],
    deliveries: [delivery],
    issues: [`${webhook.id}.503`],
    replays: [replay.id],
    roles: [role.id],
    'api-keys': [key.id],
    'portal-links': [link.id],
    principals: [user.id, client.id],
    tenants: [own],
  };
  const { body: document } = await call('GET', '/api/v1/openapi.json');
  for (const [path, methods] of Object.entries(document.paths as Record<string, object>)) {
    const resource = path.split('/')[3]!;
    if (!path.includes('{')) continue;
    for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
      const body = method === 'PATCH' ? {} : path.endsWith('/schemas') ? { schema: {} } : undefined;
      const answerOf = (id: string) => call(method, path.replace(/\{\w+\}/, id), body, { authorization });
      const missing = await answerOf('evt_01kdvdna00e81505w2ysr56cs2');
      for (const target of targets[resource]!) {
        const foreign = await answerOf(target);
        const like = ({ status, body: answer }: typeof foreign) => ({ status, ...answer, requestId: '' });
        expect([method, path, like(foreign)]).toEqual([method, path, like(missing)]);
        // Only the operator's tenant has permissions for tenants.
        expect([method, path, foreign.status]).toEqual([
          method,
          path,
          resource === 'tenants' && method !== 'GET' ? 403 : 404,
        ]);
      }
    }
  }
});

test('P26: a tenant sees nothing of another in any list, nor through its filters', async () => {
  await using native = await startNative();
  await native.call('POST', '/api/v1/webhooks', {
    name: 'w',
    url: 'https://example.com/',
    eventTypes: ['*'],
  });
  await native.call('POST', '/api/v1/webhook-policies', { algorithm: 'hs256' });
  await native.call('POST', '/api/v1/events', { type: 'a', data: {} });
  await native.call('POST', '/api/v1/replays', {});
  const { id: mine } = native.caller.principal.tenantId
    ? { id: native.caller.principal.tenantId }
    : { id: '' };
  const other = await native.tenant('acme');
  const headers = { authorization: `Bearer ${other.key}` };
  const { webhookId, eventId } = native.handedOver[0]!.delivery;

  for (const path of [
    'webhooks',
    'events',
    'webhook-policies',
    'deliveries',
    'replays',
    `deliveries?webhookId=${webhookId}`,
    `deliveries?eventId=${eventId}`,
    'principals',
  ]) {
    const { status, body } = await native.call('GET', `/api/v1/${path}`, undefined, headers);
    expect([path, status, body.data]).toEqual([path, 200, []]);
  }
  for (const path of ['principals', 'roles', 'api-keys', 'portal-links']) {
    const { status } = await native.call('GET', `/api/v1/${path}?tenantId=${mine}`, undefined, headers);
    expect([path, status]).toEqual([path, 404]);
  }
  const tenants = await native.call('GET', '/api/v1/tenants', undefined, headers);
  expect(tenants.body.data.map(({ id }: { id: string }) => id)).toEqual([other.id]);
});
