// What to do with the chosen deliveries: it floats over the end of the page while any is chosen.

import { Ban, RotateCw, X } from 'lucide-react';
import { useState } from 'react';
import { useKeys } from '../../app/keys.tsx';
import { cancelMany, manyMax, retryMany } from '../../api/deliveries.ts';
import { useMay } from '../../api/session.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { ConfirmDialog } from '../../parts/dialog.tsx';
import { tell } from '../../parts/toasts.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.deliveries.bulk;

type BulkBarProps = {
  readonly chosen: ReadonlySet<string>;
  readonly clear: () => void;
  readonly done: () => void;
};

export function BulkBar(props: BulkBarProps) {
  return props.chosen.size === 0 ? null : <Bar {...props} />;
}

function Bar({ chosen, clear, done }: BulkBarProps) {
  const may = useMay();
  const [asked, setAsked] = useState<'retry' | 'cancel' | undefined>();
  const mayRetry = may('DELIVERIES:ADD', 'DELIVERIES:EDIT');
  const mayCancel = may('DELIVERIES:EDIT');
  useKeys([{ key: 'r', label: words.retry, act: () => mayRetry && setAsked('retry') }]);
  const count = chosen.size;
  const close = () => setAsked(undefined);
  const run = async (act: (ids: readonly string[]) => Promise<void>, total: () => string) => {
    const ids = [...chosen];
    for (let start = 0; start < ids.length; start += manyMax) await act(ids.slice(start, start + manyMax));
    tell(total());
    clear();
    done();
  };
  const retry = () => {
    const sum = { retried: 0, redelivered: 0, skipped: 0 };
    return run(
      async (ids) => {
        const answer = await retryMany({ ids });
        for (const name of ['retried', 'redelivered', 'skipped'] as const) sum[name] += answer[name];
      },
      () => words.retried(sum.retried, sum.redelivered, sum.skipped),
    );
  };
  const cancel = () => {
    let cancelled = 0;
    return run(
      async (ids) => {
        cancelled += (await cancelMany({ ids })).cancelled;
      },
      () => words.cancelled(cancelled),
    );
  };
  return (
    <>
      <div
        role="toolbar"
        aria-label={words.label}
        className="sticky bottom-4 z-20 mx-auto flex max-w-full items-center gap-2 rounded-xl border border-line bg-raised px-3 py-2 shadow-xl"
      >
        <span className="px-1 font-medium whitespace-nowrap tabular-nums">{words.chosen(count)}</span>
        {mayRetry && (
          <Button icon={<RotateCw aria-hidden size={14} />} onClick={() => setAsked('retry')}>
            {words.retry}
          </Button>
        )}
        {mayCancel && (
          <Button kind="danger" icon={<Ban aria-hidden size={14} />} onClick={() => setAsked('cancel')}>
            {words.cancel}
          </Button>
        )}
        <IconButton name={words.none} icon={<X aria-hidden size={16} />} onClick={clear} />
      </div>
      <ConfirmDialog
        open={asked === 'retry'}
        close={close}
        title={words.retryTitle(count)}
        confirm={words.retryConfirm}
        danger={false}
        act={retry}
      >
        {words.retryLead}
      </ConfirmDialog>
      <ConfirmDialog
        open={asked === 'cancel'}
        close={close}
        title={words.cancelTitle(count)}
        confirm={words.cancelConfirm}
        act={cancel}
      >
        {words.cancelLead}
      </ConfirmDialog>
    </>
  );
}
