// Says that the page has lost its server: what it shows may be old, and stays as it is.

import { TimeOfDay, useNow } from '../parts/time.tsx';
import * as texts from '../texts/texts.ts';
import { useLostAt } from './live.tsx';

/** A connection that is back sooner is not worth a word. */
const worthAWordMs = 3_000;

export function ConnectionNotice({ className }: { readonly className?: string }) {
  const lostAt = useLostAt();
  return (
    <div role="status" className={className}>
      {lostAt !== undefined && <Lost at={lostAt} />}
    </div>
  );
}

function Lost({ at }: { readonly at: number }) {
  const now = useNow(1_000);
  if (now - at < worthAWordMs) return null;
  return (
    <p className="border-b border-line bg-warn-soft px-4 py-2 text-warn sm:px-6 lg:px-8">
      {texts.shell.lostSince} <TimeOfDay at={new Date(at).toISOString()} />. {texts.shell.lostLead}
    </p>
  );
}
