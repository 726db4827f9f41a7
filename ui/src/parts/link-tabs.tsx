// Tabs that are places: each has its own URL.

import { Link, useRouter, type LinkProps } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

export type LinkTab = Pick<LinkProps, 'to' | 'params' | 'search'> & {
  readonly label: string;
  /** Whether only the very path is the tab, not what is beneath it. */
  readonly exact?: boolean;
};

export function LinkTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly LinkTab[] }) {
  const list = useRef<HTMLElement>(null);
  const router = useRouter();
  useEffect(() => {
    const show = () => list.current !== null && bringIntoSight(list.current);
    show();
    return router.subscribe('onRendered', show);
  }, [router]);
  return (
    <nav ref={list} aria-label={label} className="-mb-px flex gap-1 overflow-x-auto border-b border-line">
      {tabs.map(({ label: text, exact = false, ...link }) => (
        <Link
          key={text}
          {...link}
          activeOptions={{ exact, includeSearch: false }}
          className="border-b-2 border-transparent px-3 py-2 font-medium whitespace-nowrap text-quiet hover:text-ink data-[status=active]:border-accent data-[status=active]:text-ink"
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}

/** Where not all tabs fit, the open one stands in the middle. */
function bringIntoSight(list: HTMLElement): void {
  const open = list.querySelector('[data-status=active]')?.getBoundingClientRect();
  if (open === undefined) return;
  const frame = list.getBoundingClientRect();
  list.scrollLeft += open.left + open.width / 2 - (frame.left + frame.width / 2);
}
