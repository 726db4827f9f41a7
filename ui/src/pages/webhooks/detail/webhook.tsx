// One webhook: what it is and does, its acts, and its tabs.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Outlet } from '@tanstack/react-router';
import { Problem } from '../../../api/call.ts';
import { useMay } from '../../../api/session.ts';
import { versionedWebhookQuery } from '../../../api/webhooks.ts';
import { CopyableId, CopyButton } from '../../../parts/copy.tsx';
import { LinkTabs, type LinkTab } from '../../../parts/link-tabs.tsx';
import { LinkButton } from '../../../parts/button.tsx';
import { Empty, Loading, Page, useTitle } from '../../../parts/page.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import { DialectBadge, WebhookStateBadge } from '../../../parts/states.tsx';
import * as texts from '../../../texts/texts.ts';
import { WebhookActions } from './actions.tsx';
import { deliveriesOf } from './deliveries-of.ts';

const route = getRouteApi('/shell/webhooks/$id');

export function WebhookPage() {
  const words = texts.webhook;
  const { id } = route.useParams();
  const may = useMay();
  const found = useQuery(versionedWebhookQuery(id));
  const webhook = found.data?.webhook;
  useTitle(webhook?.name);
  if (webhook === undefined) {
    return (
      <Page title={texts.webhooks.title}>
        {found.isPending && <Loading lines={8} />}
        {found.isError &&
          (found.error instanceof Problem && found.error.status === 404 ? (
            <Empty title={words.missing} action={<LinkButton to="/webhooks">{words.allWebhooks}</LinkButton>}>
              {words.missingLead}
            </Empty>
          ) : (
            <ProblemNote error={found.error} retry={() => void found.refetch()} />
          ))}
      </Page>
    );
  }
  const { name, url, dialect } = webhook;
  return (
    <Page
      title={
        <span className="inline-flex max-w-full flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 break-words">{name}</span>
          <WebhookStateBadge webhook={webhook} />
          <DialectBadge dialect={dialect} />
        </span>
      }
      lead={
        <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <span className="inline-flex max-w-full min-w-0 items-center gap-1">
            <span className="min-w-0 break-all">{url}</span>
            <CopyButton text={url} label={`${texts.common.copy} ${words.url}`} />
          </span>
          <CopyableId id={id} />
        </span>
      }
      actions={<WebhookActions webhook={webhook} />}
    >
      <LinkTabs label={words.tabsOf(name)} tabs={tabsOf(id, may)} />
      <Outlet />
    </Page>
  );
}

function tabsOf(id: string, may: ReturnType<typeof useMay>): readonly LinkTab[] {
  const words = texts.webhook.tabs;
  const params = { id };
  return [
    { to: '/webhooks/$id', params, exact: true, label: words.overview },
    ...(may('DELIVERIES:VIEW') ? [{ ...deliveriesOf(id), label: words.deliveries }] : []),
    { to: '/webhooks/$id/settings', params, label: words.settings },
    { to: '/webhooks/$id/signing', params, label: words.signing },
    ...(may('WEBHOOKS:EDIT') ? [{ to: '/webhooks/$id/test' as const, params, label: words.test }] : []),
    ...(may('AUDIT:VIEW') ? [{ to: '/webhooks/$id/audit' as const, params, label: words.audit }] : []),
  ];
}
