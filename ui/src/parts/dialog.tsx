// A window over the page: to fill in something small, or to confirm what can't be undone.

import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import * as texts from '../texts/texts.ts';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { ProblemNote } from './problem.tsx';

type DialogProps = {
  readonly open: boolean;
  readonly close: () => void;
  readonly title: ReactNode;
  readonly wide?: boolean;
  /** Whether a click beside it leaves it open: for what can't be had again. */
  readonly sticky?: boolean;
  readonly children: ReactNode;
};

/**
 * Without `close` it stays until what it asks for is done. A click beside it, which may be a slip, closes it only as long as
 * nothing was filled in; Escape and × are meant.
 */
export function Dialog({
  open,
  close,
  title,
  wide = false,
  sticky = close === undefined,
  children,
}: Omit<DialogProps, 'close'> & Partial<Pick<DialogProps, 'close'>>) {
  const lastField = useRef<Element>(null);
  const change = (next: boolean, { reason }: Base.Root.ChangeEventDetails) => {
    // A field that is gone was that of a form that is over.
    const loses = reason === 'outside-press' && lastField.current?.isConnected === true;
    if (!next && !loses) close?.();
  };
  return (
    <Base.Root open={open} onOpenChange={change} disablePointerDismissal={sticky}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup
          className={classNames(
            'fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-xl border border-line bg-raised shadow-xl',
            wide ? 'max-w-3xl' : 'max-w-lg',
          )}
        >
          <DialogHead title={title} closable={close !== undefined} />
          <div
            className="overflow-y-auto p-4"
            onInput={({ target }) => {
              lastField.current = target as Element;
            }}
          >
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** A window from the side, for looking into one thing of a list without leaving it; on a phone it is the page. */
export function Drawer({ open, close, title, children }: Omit<DialogProps, 'wide' | 'sticky'>) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && close()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup className="fixed inset-y-0 right-0 z-50 flex w-full max-w-3xl flex-col border-l border-line bg-page shadow-xl">
          <DialogHead title={title} />
          <div className="grow overflow-y-auto p-4">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function DialogHead({ title, closable = true }: { readonly title: ReactNode; readonly closable?: boolean }) {
  return (
    <div className="flex items-start justify-between gap-4 border-b border-line px-4 py-3">
      <Base.Title className="min-w-0 text-base font-semibold break-words">{title}</Base.Title>
      {closable && (
        <Base.Close
          aria-label={texts.common.close}
          className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-quiet hover:bg-sunken hover:text-ink"
        >
          <X aria-hidden size={16} />
        </Base.Close>
      )}
    </div>
  );
}

/** Asks before a dangerous act: `children` names the object and tells the effect. */
export function ConfirmDialog({
  open,
  close,
  title,
  confirm,
  danger = true,
  ready = true,
  act,
  children,
}: Omit<DialogProps, 'wide' | 'sticky'> & {
  /** What the button says: the act, never “OK”. */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly ready?: boolean;
  readonly act: () => Promise<unknown>;
}) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const run = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await act();
      close();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} close={close} title={title}>
      <div className="flex flex-col gap-4">
        <div>{children}</div>
        {error !== undefined && <ProblemNote error={error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>{texts.common.cancel}</Button>
          <Button
            kind={danger ? 'danger' : 'primary'}
            busy={busy}
            disabled={!ready}
            onClick={() => void run()}
          >
            {confirm}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
