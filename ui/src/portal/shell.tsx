// The frame around the pages of a portal: whose it is, and the way between webhooks, deliveries and events.

import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { portalLinkQuery, type PortalLink } from '../api/portal-link.ts';
import { useMay } from '../api/session.ts';
import { ConnectionNotice } from '../app/connection-notice.tsx';
import { useCodeAhead } from '../app/fetched-code.ts';
import { KeyHelp } from '../app/key-help.tsx';
import { LiveDot } from '../app/live-dot.tsx';
import { LiveNews } from '../app/live.tsx';
import { SkipLink } from '../app/skip-link.tsx';
import { ThemeMenu } from '../app/theme-menu.tsx';
import * as texts from '../texts/texts.ts';
import { EndingNotice } from './ending.tsx';
import { nameOf } from './look.tsx';
import { places } from './places.ts';

export function PortalShell() {
  const { data: link } = useQuery(portalLinkQuery);
  useCodeAhead();
  return (
    <LiveNews>
      <SkipLink />
      <header className="sticky top-0 z-30 border-b border-line bg-surface">
        <div className="mx-auto flex max-w-[100rem] flex-wrap items-center gap-x-6 gap-y-1 px-4 sm:px-6 lg:px-8">
          {link !== undefined && <Brand link={link} />}
          <Navigation />
          <div className="ml-auto flex items-center gap-2 py-2">
            <LiveDot />
            <ThemeMenu />
          </div>
        </div>
        <EndingNotice />
        <ConnectionNotice />
      </header>
      <main id="content" tabIndex={-1} className="outline-none">
        <Outlet />
      </main>
      <KeyHelp />
    </LiveNews>
  );
}

function Brand({ link: { logoUrl, title, tenant } }: { readonly link: PortalLink }) {
  const [broken, setBroken] = useState(false);
  return (
    <div className="flex max-w-full min-w-0 items-center gap-2.5 py-2">
      {logoUrl !== null && !broken && (
        <img
          src={logoUrl}
          alt=""
          className="h-7 max-w-32 shrink-0 object-contain"
          onError={() => setBroken(true)}
        />
      )}
      <p className="flex min-w-0 flex-col leading-tight">
        <span className="truncate text-base font-semibold tracking-tight">{nameOf(title)}</span>
        <span className="truncate text-xs text-quiet">{tenant.name}</span>
      </p>
    </div>
  );
}

function Navigation() {
  const may = useMay();
  return (
    <nav
      aria-label={texts.shell.navigation}
      className="-mb-px flex gap-1 self-stretch overflow-x-auto max-sm:order-last max-sm:w-full"
    >
      {places
        .filter(({ needs }) => may(needs))
        .map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ includeSearch: false }}
            className="flex items-center border-b-2 border-transparent px-3 py-2 font-medium whitespace-nowrap text-quiet hover:text-ink data-[status=active]:border-accent data-[status=active]:text-ink"
          >
            {texts.shell.pages[name]}
          </Link>
        ))}
    </nav>
  );
}
