// The frame of the settings: the tabs that the person may see, and the one that is open.

import { Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { LinkTabs } from '../../parts/link-tabs.tsx';
import { Empty, Page } from '../../parts/page.tsx';
import * as texts from '../../texts/texts.ts';
import { tabs } from './tabs.ts';

export function SettingsPage() {
  const words = texts.settings;
  const path = useLocation({ select: ({ pathname }) => pathname });
  const seen = useSeenTabs();
  const open = tabs.find(({ to }) => path === to || path.startsWith(`${to}/`));
  const isSeen = open === undefined || seen.includes(open);
  return (
    <Page title={texts.shell.pages.settings} lead={words.lead}>
      <LinkTabs label={words.tabsOf} tabs={seen.map(({ name, to }) => ({ to, label: words.tabs[name] }))} />
      {isSeen ? (
        <Outlet />
      ) : (
        <Empty title={texts.shell.forbidden}>{texts.shell.forbiddenLead(String(open.needs))}</Empty>
      )}
    </Page>
  );
}

export function FirstTab() {
  const [first] = useSeenTabs();
  return <Navigate to={first?.to ?? '/'} replace />;
}

function useSeenTabs() {
  const may = useMay();
  return tabs.filter(({ needs }) => needs === null || may(needs));
}
