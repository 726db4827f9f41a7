// The frame of a tab: what it is about, its acts, and its name in the window's title.

import type { ReactNode } from 'react';
import { useTitle } from '../../parts/page.tsx';
import * as texts from '../../texts/texts.ts';
import type { TabName } from './tabs.ts';

export function Tab({
  name,
  lead,
  actions,
  children,
}: {
  readonly name: TabName;
  readonly lead: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const title = texts.settings.tabs[name];
  useTitle(`${title} · ${texts.shell.pages.settings}`);
  return (
    <section className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <p className="max-w-prose text-quiet">{lead}</p>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
