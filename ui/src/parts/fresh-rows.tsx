// “12 new”: rows that came since the list was read wait here, so that nothing moves under the reader's hand.

import { ArrowUp } from 'lucide-react';
import { useState } from 'react';
import * as texts from '../texts/texts.ts';
import { Button } from './button.tsx';
import { pageRows } from './long-list.ts';
import { tellProblem } from './toasts.tsx';

export function FreshRows({
  waiting,
  show,
}: {
  readonly waiting: number;
  readonly show: () => Promise<void>;
}) {
  const [busy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    try {
      await show();
    } catch (error) {
      tellProblem(texts.table.freshHint, error);
    } finally {
      setBusy(false);
    }
  };
  return (
    // Of no height, so that its coming and going moves nothing.
    <div className="pointer-events-none sticky top-16 z-20 -my-2.5 flex h-0 justify-center lg:top-4">
      <div role="status" className="pointer-events-auto">
        {waiting > 0 && (
          <Button
            kind="primary"
            busy={busy}
            icon={<ArrowUp aria-hidden size={14} />}
            title={texts.table.freshHint}
            onClick={() => void press()}
            className="rounded-full shadow-lg"
          >
            {texts.table.fresh(waiting, pageRows)}
          </Button>
        )}
      </div>
    </div>
  );
}
