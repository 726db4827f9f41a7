// What a form needs of every dialect that a server speaks, limits with their use among it.

import { expect, test, vi } from 'vitest';
import { startPosthorn } from '../process/posthorn.ts';
import { createWebhook } from './given.ts';

vi.setConfig({ testTimeout: 60_000 });

type Dialects = { readonly data: readonly { readonly name: string; readonly webhooks: object }[] };

test('of the 20 Entrust webhooks that may be active, those that are so count', async () => {
  await using posthorn = await startPosthorn();
  const entrust = { dialect: 'entrust', eventTypes: ['user.created'] };
  for (const more of [{ name: 'one' }, { name: 'two' }, { name: 'three', state: 'paused' }]) {
    await createWebhook(posthorn, 'https://example.com/hook', { ...entrust, ...more });
  }
  const { body } = await posthorn.api<Dialects>('/dialects');
  expect(body.data.map(({ name }) => name)).toEqual(['native', 'confluence', 'xurrent', 'entrust']);
  expect(body.data.map(({ webhooks }) => webhooks)).toEqual([
    ...Array.from({ length: 3 }, () => ({ all: { used: 0, max: null }, active: { used: 0, max: null } })),
    { all: { used: 3, max: 200 }, active: { used: 2, max: 20 } },
  ]);
});
