// Whether what a page shows follows by itself.

import { classNames } from '../parts/class-names.ts';
import * as texts from '../texts/texts.ts';
import { useLiveState } from './live.tsx';

export function LiveDot() {
  const state = useLiveState();
  const text = texts.shell.live[state];
  return (
    <span className="inline-flex items-center gap-1.5 text-xs text-quiet" title={text}>
      <span
        aria-hidden
        className={classNames('size-2 rounded-full', state === 'open' ? 'bg-good' : 'bg-warn')}
      />
      <span className="sr-only">{text}</span>
    </span>
  );
}
