// What an operator's product does with portal links: makes one for each visit, and shows the page in a frame. Pure.

import type { PortalLinkIn } from '../../../api/portal-links.ts';

/** A request that makes such a link. */
export function linkByApi(body: PortalLinkIn): string {
  const text = JSON.stringify(body).replaceAll("'", String.raw`'\''`);
  return [
    `curl ${location.origin}/api/v1/portal-links \\`,
    '  -H "Authorization: Bearer $KEY" -H \'Content-Type: application/json\' \\',
    `  -d '${text}'`,
  ].join('\n');
}

/** An element that shows the page: the title as text, whatever characters it has. */
export function frameOf(url: string, title: string): string {
  return [
    '<iframe',
    `  src="${escaped(url)}"`,
    `  title="${escaped(title)}"`,
    '  style="width: 100%; height: 48rem; border: 0"',
    '></iframe>',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
