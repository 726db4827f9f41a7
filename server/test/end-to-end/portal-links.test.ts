// Portal links over a running server: they open the native API and no other door.

import { expect, test, vi } from 'vitest';
import { startPosthorn } from '../process/posthorn.ts';

vi.setConfig({ testTimeout: 60_000 });

test("a portal link's token opens the native API of its tenant, and nothing else", async () => {
  await using posthorn = await startPosthorn();
  const created = await posthorn.api<{ readonly id: string; readonly url: string }>('/portal-links', {
    method: 'POST',
    body: { allowedOrigins: ['https://app.example.com'] },
  });
  expect(created.status).toBe(201);
  const [page, token] = created.body.url.split('#') as [string, string];
  expect(page).toBe(`${posthorn.url}/portal/${created.body.id}`);

  const statusOf = async (path: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(posthorn.url + path, { headers })).status;
  };
  expect(await statusOf('/api/v1/webhooks')).toBe(200);
  expect(await statusOf('/api/v1/portal-links/current')).toBe(200);
  expect(await statusOf('/api/v1/nodes')).toBe(403);
  for (const path of ['/rest/api/webhooks', '/v1/webhooks', '/api/web/v1/webhooks', '/metrics']) {
    expect([path, await statusOf(path)]).toEqual([path, 401]);
  }

  await posthorn.api(`/portal-links/${created.body.id}`, { method: 'DELETE' });
  expect(await statusOf('/api/v1/webhooks')).toBe(401);
});
