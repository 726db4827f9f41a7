// The token of a portal link: it comes behind the `#` of the page's address, and is not left there for anybody to see.

import { keep, kept } from '../app/kept.ts';

/** The token with which the page was opened, or, after a reload, the one that the tab still knows. */
export function takeToken(linkId: string): string | undefined {
  const name = `posthorn.portal.${linkId}`;
  const given = location.hash.slice(1);
  if (!given.startsWith('phl_')) return kept('sessionStorage', name) ?? undefined;
  keep('sessionStorage', name, given);
  history.replaceState(history.state, '', location.pathname + location.search);
  return given;
}
