// English, page by page.

export { attemptErrors, statusHint } from './attempt-errors.ts';
export { attempts } from './attempts.ts';
export { catalogue } from './catalogue.ts';
export { changes } from './changes.ts';
export { charts } from './charts.ts';
export { common, numbers, time } from './common.ts';
export { deliveries } from './deliveries.ts';
export { events } from './events.ts';
export { issues } from './issues.ts';
export { overview } from './overview.ts';
export { portal } from './portal.ts';
export { replays } from './replays.ts';
export { apiKeys, people, roles } from './settings/access.ts';
export { audit } from './settings/audit.ts';
export { permissions } from './settings/permissions.ts';
export { portalLinks } from './settings/portal-links.ts';
export { account, settings, tenants } from './settings/settings.ts';
export { configuration, egress, nodes, notifications, storage } from './settings/system.ts';
export { shell, signIn } from './shell.ts';
export { signing } from './signing.ts';
export { states } from './states.ts';
export { table } from './table.ts';
export { createWebhook, webhookForm } from './webhook-form.ts';
export { webhook } from './webhook.ts';
export { webhooks } from './webhooks.ts';
export { timeWindow } from './window.ts';

export const product = 'Posthorn';
