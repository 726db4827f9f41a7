// The URL of a new portal link, this once, with how to show its page in a frame and how to make the next one.

import type { PortalLinkWithUrl } from '../../../api/portal-links.ts';
import { ExternalLink } from 'lucide-react';
import { Code } from '../../../parts/copy.tsx';
import { ShownOnce } from '../../../parts/shown-once.tsx';
import * as texts from '../../../texts/texts.ts';
import { frameOf, linkByApi } from './snippets.ts';

const words = texts.portalLinks;

export function PortalLinkMade({
  link: { url, title, accentColor, permissions, allowedOrigins },
  tenantId,
  close,
}: {
  readonly link: PortalLinkWithUrl;
  readonly tenantId: string;
  readonly close: () => void;
}) {
  const body = {
    tenantId,
    permissions,
    ...(title === null ? {} : { title }),
    ...(accentColor === null ? {} : { accentColor }),
    ...(allowedOrigins.length === 0 ? {} : { allowedOrigins }),
  };
  // Without its token a URL opens nothing.
  if (!url.includes('#'))
    return <ShownOnce title={words.madeTitle} name={words.url} secret={undefined} close={close} />;
  return (
    <ShownOnce title={words.madeTitle} name={words.url} secret={url} close={close}>
      <p>
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          className="inline-flex items-center gap-1.5 font-medium text-accent underline-offset-2 hover:underline"
        >
          {words.open} <ExternalLink aria-hidden size={14} />
        </a>
      </p>
      {allowedOrigins.length > 0 && (
        <Snippet name={words.embed} text={frameOf(url, title ?? texts.shell.pages.webhooks)} />
      )}
      <Snippet name={words.byApi} text={linkByApi(body)} />
    </ShownOnce>
  );
}

function Snippet({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="font-medium">{name}</p>
      <Code label={name} text={text} />
    </div>
  );
}
