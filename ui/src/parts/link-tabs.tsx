// Tabs that are places: each has its own URL.

import { Link, type LinkProps } from '@tanstack/react-router';

export type LinkTab = Pick<LinkProps, 'to' | 'params' | 'search'> & {
  readonly label: string;
  /** Whether only the very path is the tab, not what is beneath it. */
  readonly exact?: boolean;
};

export function LinkTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly LinkTab[] }) {
  return (
    <nav aria-label={label} className="-mb-px flex gap-1 overflow-x-auto border-b border-line">
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
