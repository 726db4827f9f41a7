// How the page of a link looks: the name and colours of the product from which people come.

import { useLayoutEffect, type ReactNode } from 'react';
import type { PortalLink } from '../api/portal-link.ts';
import { ProductName } from '../parts/page.tsx';
import * as texts from '../texts/texts.ts';
import { wearAccent } from './accent.ts';

export function Look({
  link: { title, accentColor, logoUrl },
  children,
}: {
  readonly link: PortalLink;
  readonly children: ReactNode;
}) {
  useLayoutEffect(() => (accentColor === null ? undefined : wearAccent(accentColor)), [accentColor]);
  useLayoutEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    if (icon !== null && logoUrl !== null) icon.href = logoUrl;
  }, [logoUrl]);
  return <ProductName value={nameOf(title)}>{children}</ProductName>;
}

export function nameOf(title: string | null): string {
  return title ?? texts.portal.title;
}
