// The frame of every page: its title in the window too, its actions beside it, and cards for what it shows.

import { createContext, useContext, useEffect, type ReactNode } from 'react';
import * as texts from '../texts/texts.ts';
import { classNames } from './class-names.ts';

/** What the window's title ends with. */
export const ProductName = createContext<string>(texts.product);

export function Page({
  title,
  lead,
  actions,
  children,
}: {
  readonly title: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  useTitle(typeof title === 'string' ? title : undefined);
  return (
    <div className="mx-auto flex w-full max-w-[100rem] flex-col gap-5 px-4 py-5 sm:px-6 lg:px-8">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
          {lead !== undefined && <div className="mt-1 max-w-prose text-quiet">{lead}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Says in the window's title and history which page this is. */
export function useTitle(title: string | undefined): void {
  const product = useContext(ProductName);
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · ${product}`;
  }, [title, product]);
}

export function Card({
  title,
  actions,
  className,
  children,
}: {
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className={classNames('min-w-0 rounded-lg border border-line bg-surface', className)}>
      {title !== undefined && (
        <header className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2.5">
          <h2 className="font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      <div className="p-4">{children}</div>
    </section>
  );
}

/** Names and values, one below the other on a phone. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[minmax(8rem,max-content)_1fr]">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-quiet">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What a page shows where there is nothing yet: what would be here, and how to get it. */
export function Empty({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border border-dashed border-line-strong/50 px-6 py-12 text-center">
      <p className="font-semibold">{title}</p>
      {children !== undefined && <div className="w-full max-w-prose min-w-0 text-quiet">{children}</div>}
      {action !== undefined && <div className="mt-3 flex w-full min-w-0 flex-col items-center">{action}</div>}
    </div>
  );
}

/** Grey shapes where something is on its way. */
export function Loading({ lines = 4 }: { readonly lines?: number }) {
  return (
    <div role="status" aria-label={texts.common.loading} className="flex animate-pulse flex-col gap-3 py-2">
      {Array.from({ length: lines }, (_, index) => (
        <div
          key={index}
          className="h-4 rounded bg-sunken"
          style={{ width: `${90 - ((index * 17) % 50)}%` }}
        />
      ))}
    </div>
  );
}
