// The end of a link: announced while there is time to finish, and told plainly once it has come, to who was typing as well.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Problem } from '../api/call.ts';
import { portalLinkQuery } from '../api/portal-link.ts';
import { useTitle } from '../parts/page.tsx';
import { Countdown } from '../parts/time.tsx';
import * as texts from '../texts/texts.ts';

const soonMs = 5 * 60_000;

/** Shows in the last minutes. At the end the server is asked, whose clock it is that counts. */
export function EndingNotice() {
  const queries = useQueryClient();
  const { data: link, error } = useQuery(portalLinkQuery);
  const expiresAt = link?.expiresAt;
  const [soon, setSoon] = useState(false);
  useEffect(() => {
    if (expiresAt === undefined) return undefined;
    const leftMs = Date.parse(expiresAt) - Date.now();
    const warn = setTimeout(() => setSoon(true), leftMs - soonMs);
    const ask = setTimeout(() => void queries.invalidateQueries(portalLinkQuery), leftMs + 500);
    return () => {
      clearTimeout(warn);
      clearTimeout(ask);
    };
  }, [expiresAt, queries]);
  if (isOver(error)) {
    return (
      <p role="alert" className="border-b border-line bg-bad-soft px-4 py-2 text-bad sm:px-6 lg:px-8">
        {texts.portal.overWhileTyping}
      </p>
    );
  }
  if (!soon || expiresAt === undefined) return null;
  return (
    <p role="status" className="border-b border-line bg-warn-soft px-4 py-2 text-warn sm:px-6 lg:px-8">
      {texts.portal.ends} <Countdown until={expiresAt} />. {texts.portal.endsLead}
    </p>
  );
}

export function isOver(error: unknown): boolean {
  return error instanceof Problem && error.status === 401;
}

export function Over() {
  const words = texts.portal;
  useTitle(words.over);
  return (
    <main className="mx-auto flex min-h-dvh max-w-prose flex-col items-center justify-center gap-2 px-6 text-center">
      <h1 className="text-xl font-semibold tracking-tight">{words.over}</h1>
      <p className="text-quiet">{words.overLead}</p>
    </main>
  );
}
