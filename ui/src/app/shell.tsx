// The frame around every page: navigation at the side, or behind a button on a phone; tenant, theme and account.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useRouter } from '@tanstack/react-router';
import {
  Activity,
  BookOpen,
  Building2,
  CircleAlert,
  LayoutDashboard,
  ListTree,
  LogOut,
  Menu as MenuIcon,
  Repeat,
  Send,
  Settings,
  UserRound,
  Webhook,
  type LucideIcon,
} from 'lucide-react';
import { Suspense, useState } from 'react';
import { call, Problem } from '../api/call.ts';
import { signOut, useMay, useSession, type Permission } from '../api/session.ts';
import type { Page } from '../api/types.ts';
import { classNames } from '../parts/class-names.ts';
import { Menu } from '../parts/menu.tsx';
import { tellProblem } from '../parts/toasts.tsx';
import * as texts from '../texts/texts.ts';
import { ConnectionNotice } from './connection-notice.tsx';
import { useEnterTenant } from './enter-tenant.ts';
import { lazyPart, useCodeAhead } from './fetched-code.ts';
import { KeyHelp } from './key-help.tsx';
import { LiveDot } from './live-dot.tsx';
import { LiveNews } from './live.tsx';
import { Logo } from './logo.tsx';
import { SessionEnd } from './session-end.tsx';
import { SkipLink } from './skip-link.tsx';
import { ThemeMenu } from './theme-menu.tsx';

type Place = {
  readonly to: string;
  readonly name: keyof typeof texts.shell.pages;
  readonly icon: LucideIcon;
  /** What one must be able to see for the page to show anything; null where there is something for everybody. */
  readonly needs: Permission | null;
};

const places: readonly Place[] = [
  { to: '/', name: 'overview', icon: LayoutDashboard, needs: 'DELIVERIES:VIEW' },
  { to: '/webhooks', name: 'webhooks', icon: Webhook, needs: 'WEBHOOKS:VIEW' },
  { to: '/deliveries', name: 'deliveries', icon: Send, needs: 'DELIVERIES:VIEW' },
  { to: '/events', name: 'events', icon: Activity, needs: 'EVENTS:VIEW' },
  { to: '/issues', name: 'issues', icon: CircleAlert, needs: 'DELIVERIES:VIEW' },
  { to: '/replays', name: 'replays', icon: Repeat, needs: 'DELIVERIES:VIEW' },
  { to: '/catalogue', name: 'catalogue', icon: ListTree, needs: 'EVENTTYPES:VIEW' },
  { to: '/settings', name: 'settings', icon: Settings, needs: null },
];

const PhoneMenu = lazyPart(async () => (await import('./phone-menu.tsx')).PhoneMenu);

export function Shell() {
  useCodeAhead();
  return (
    <LiveNews>
      <SkipLink />
      <div className="flex min-h-dvh max-lg:flex-col">
        <aside className="sticky top-0 flex h-dvh w-60 shrink-0 flex-col gap-4 border-r border-line bg-surface p-3 max-lg:hidden">
          <Navigation />
        </aside>
        <PhoneBar />
        <main id="content" tabIndex={-1} className="min-w-0 grow outline-none">
          {/* On a phone, below the bar. */}
          <ConnectionNotice className="sticky top-[calc(3.5rem+1px)] z-20 lg:top-0" />
          <Outlet />
        </main>
      </div>
      <KeyHelp />
      <SessionEnd />
    </LiveNews>
  );
}

function PhoneBar() {
  const [open, setOpen] = useState(false);
  return (
    <header className="sticky top-0 z-30 flex items-center justify-between border-b border-line bg-surface px-4 py-2 lg:hidden">
      <Logo />
      <button
        type="button"
        aria-label={texts.shell.menu}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
        className="inline-flex size-10 items-center justify-center rounded-md hover:bg-sunken"
      >
        <MenuIcon aria-hidden size={20} />
      </button>
      <Suspense>
        {open && (
          <PhoneMenu close={() => setOpen(false)}>
            <Navigation leave={() => setOpen(false)} />
          </PhoneMenu>
        )}
      </Suspense>
    </header>
  );
}

function Navigation({ leave }: { readonly leave?: () => void }) {
  const may = useMay();
  return (
    <>
      <div className="flex items-center justify-between px-2 pt-1">
        <Logo />
        <LiveDot />
      </div>
      <TenantSwitch />
      <nav aria-label={texts.shell.navigation} className="flex grow flex-col gap-0.5 overflow-y-auto">
        {places
          .filter(({ needs }) => needs === null || may(needs))
          .map(({ to, name, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              {...(leave === undefined ? {} : { onClick: leave })}
              className="flex items-center gap-2.5 rounded-md px-2.5 py-2 font-medium text-quiet hover:bg-sunken hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:text-accent-strong"
            >
              <Icon aria-hidden size={16} />
              {texts.shell.pages[name]}
            </Link>
          ))}
      </nav>
      <Account />
    </>
  );
}

/** Offered to who may see tenants: an operator looks after several. */
function TenantSwitch() {
  const { tenant, homeTenant } = useSession();
  const may = useMay();
  const enter = useEnterTenant();
  const away = tenant.id !== homeTenant.id;
  const { data: tenants } = useQuery({
    queryKey: ['tenants', 'switch'],
    queryFn: ({ signal }) =>
      call<Page<{ readonly id: string; readonly name: string }>>('GET', '/tenants', {
        query: { limit: 100 },
        signal,
      }),
    enabled: may('TENANTS:VIEW'),
    staleTime: 60_000,
  });
  const known = tenants?.data ?? [];
  const choices = away && !known.some(({ id }) => id === homeTenant.id) ? [homeTenant, ...known] : known;
  if (!away && choices.length < 2) return null;
  return (
    <Menu
      label={`${texts.shell.tenant}: ${tenant.name}`}
      className={classNames(
        'flex w-full items-center gap-2 rounded-md border px-2.5 py-2 text-left hover:bg-sunken',
        away ? 'border-warn bg-warn-soft' : 'border-line',
      )}
      trigger={
        <>
          <Building2 aria-hidden size={16} className="shrink-0 text-quiet" />
          <span className="truncate font-medium">{tenant.name}</span>
        </>
      }
      actions={choices.map(({ id, name }) => ({
        label: name,
        checked: id === tenant.id,
        act: () => void enter(id),
      }))}
    />
  );
}

function Account() {
  const { principal, version } = useSession();
  const queries = useQueryClient();
  const router = useRouter();
  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      // A session that is over already is what was asked for.
      if (!(error instanceof Problem && error.status === 401)) {
        tellProblem(texts.shell.signOut, error);
        return;
      }
    }
    queries.clear();
    await router.navigate({ to: '/sign-in' });
  };
  return (
    <div className="flex items-center gap-1 border-t border-line pt-3">
      <Menu
        label={`${texts.shell.account}: ${principal.displayName}`}
        className="flex min-w-0 grow items-center gap-2 rounded-md px-2 py-1.5 text-left hover:bg-sunken"
        trigger={
          <>
            <UserRound aria-hidden size={16} className="shrink-0 text-quiet" />
            <span className="truncate font-medium">{principal.displayName}</span>
          </>
        }
        actions={[
          {
            label: `${texts.shell.reference} (${version})`,
            icon: <BookOpen aria-hidden size={14} />,
            act: () => window.open('/api/v1/reference', '_blank', 'noopener'),
          },
          { label: texts.shell.signOut, icon: <LogOut aria-hidden size={14} />, act: () => void leave() },
        ]}
      />
      <ThemeMenu />
    </div>
  );
}
