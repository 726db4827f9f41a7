// The installation itself: its nodes, its database, its settings, its mails.

import { queryOptions } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { NodeOut } from '../../../server/src/dialects/native/nodes.ts';
import type { SettingOut } from '../../../server/src/dialects/native/system/configuration.ts';
import type {
  NotificationsOut,
  TestMailOut,
} from '../../../server/src/dialects/native/system/notifications.ts';
import type { StorageOut } from '../../../server/src/dialects/native/system/storage.ts';
import { call } from './call.ts';
import type { Page } from './types.ts';

export type Node = Static<typeof NodeOut>;
export type Setting = Static<typeof SettingOut>;
export type Notifications = Static<typeof NotificationsOut>;
export type TestMail = Static<typeof TestMailOut>;
export type Storage = Static<typeof StorageOut>;

const heartbeatMs = 5_000;

export const nodesQuery = queryOptions({
  queryKey: ['nodes'],
  queryFn: async ({ signal }) => (await call<Page<Node>>('GET', '/nodes', { signal })).data,
  refetchInterval: heartbeatMs,
});

export const configurationQuery = queryOptions({
  queryKey: ['configuration'],
  queryFn: async ({ signal }) => (await call<Page<Setting>>('GET', '/configuration', { signal })).data,
});

export const storageQuery = queryOptions({
  queryKey: ['storage'],
  queryFn: ({ signal }) => call<Storage>('GET', '/storage', { signal }),
  refetchInterval: 30_000,
});

export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: ({ signal }) => call<Notifications>('GET', '/notifications', { signal }),
});

export const sendTestMail = (): Promise<TestMail> => call('POST', '/notifications/test');
