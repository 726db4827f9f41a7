// Says that the page has lost its server: what it shows may be old, and stays as it is.

import { classNames } from '../parts/class-names.ts';
import { TimeOfDay, useNow } from '../parts/time.tsx';
import * as texts from '../texts/texts.ts';
import { useLostAt } from './live.tsx';

/** A connection that is back sooner is not worth a word. */
const worthAWordMs = 3_000;

export function ConnectionNotice({ className }: { readonly className?: string }) {
  const lostAt = useLostAt();
  return lostAt === undefined ? null : <Lost at={lostAt} className={className} />;
}

function Lost({ at, className }: { readonly at: number; readonly className: string | undefined }) {
  const now = useNow(1_000);
  if (now - at < worthAWordMs) return null;
  return (
    <p
      role="status"
      className={classNames(
        'border-b border-line bg-warn-soft px-4 py-2 text-warn sm:px-6 lg:px-8',
        className,
      )}
    >
      {texts.shell.lostSince} <TimeOfDay at={new Date(at).toISOString()} />. {texts.shell.lostLead}
    </p>
  );
}
