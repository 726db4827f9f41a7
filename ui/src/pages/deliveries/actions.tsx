// What a person can do about one delivery: have it tried now, delivered again, or given up.

import { useQueryClient } from '@tanstack/react-query';
import { Ban, RotateCw, Send } from 'lucide-react';
import { useState } from 'react';
import { useKeys } from '../../app/keys.tsx';
import { cancelDelivery, redeliver, retryNow } from '../../api/deliveries.ts';
import { useMay } from '../../api/session.ts';
import type { DeliverySummary } from '../../api/types.ts';
import { Button } from '../../parts/button.tsx';
import { ConfirmDialog } from '../../parts/dialog.tsx';
import { tell, tellProblem } from '../../parts/toasts.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.deliveries.detail;

export function DeliveryActions({
  delivery,
  webhookName,
  isGone,
  open,
  changed,
}: {
  readonly delivery: DeliverySummary;
  readonly webhookName: string;
  /** Whether its webhook is gone. */
  readonly isGone: boolean;
  /** Shows another delivery. */
  readonly open: (id: string) => void;
  readonly changed: () => void;
}) {
  const { id, state, purpose, eventType } = delivery;
  const may = useMay();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<'redeliver' | 'cancel' | undefined>();
  const [busy, setBusy] = useState(false);
  const isEvent = purpose === 'event';
  const waits = state === 'scheduled';
  const canRetry = waits && isEvent && delivery.waiting?.kind !== 'order' && may('DELIVERIES:EDIT');
  const canRedeliver = !waits && isEvent && !isGone && may('DELIVERIES:ADD');
  const canCancel = waits && may('DELIVERIES:EDIT');

  const follow = async () => {
    await queries.invalidateQueries({ queryKey: ['deliveries', 'one'] });
    changed();
  };
  const retry = async () => {
    setBusy(true);
    try {
      const { waiting } = await retryNow(id);
      tell(words.retried(waiting));
      await follow();
    } catch (error) {
      tellProblem(words.failed, error);
    } finally {
      setBusy(false);
    }
  };
  useKeys(
    canRetry
      ? [{ key: 'r', label: words.retry, act: () => !busy && void retry() }]
      : canRedeliver
        ? [{ key: 'r', label: words.redeliver, act: () => setAsked('redeliver') }]
        : [],
  );
  return (
    <div className="flex flex-wrap gap-2">
      {canRetry && (
        <Button
          kind="primary"
          busy={busy}
          icon={<RotateCw aria-hidden size={14} />}
          onClick={() => void retry()}
        >
          {words.retry}
        </Button>
      )}
      {canRedeliver && (
        <Button
          kind={state === 'delivered' ? 'plain' : 'primary'}
          icon={<Send aria-hidden size={14} />}
          onClick={() => setAsked('redeliver')}
        >
          {words.redeliver}
        </Button>
      )}
      {canCancel && (
        <Button kind="danger" icon={<Ban aria-hidden size={14} />} onClick={() => setAsked('cancel')}>
          {words.cancel}
        </Button>
      )}
      <ConfirmDialog
        open={asked === 'redeliver'}
        close={() => setAsked(undefined)}
        title={words.redeliverTitle}
        confirm={words.redeliver}
        danger={false}
        act={async () => {
          const again = await redeliver(id);
          tell(words.redelivered);
          await follow();
          open(again.id);
        }}
      >
        {words.redeliverLead(eventType, webhookName)}
      </ConfirmDialog>
      <ConfirmDialog
        open={asked === 'cancel'}
        close={() => setAsked(undefined)}
        title={words.cancelTitle}
        confirm={words.cancelConfirm}
        act={async () => {
          await cancelDelivery(id);
          tell(words.cancelled);
          await follow();
        }}
      >
        {words.cancelLead(eventType, webhookName)}
      </ConfirmDialog>
    </div>
  );
}
