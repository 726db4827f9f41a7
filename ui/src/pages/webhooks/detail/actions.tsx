// What one does to a webhook besides changing its settings.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Ellipsis, Pause, Play, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../../api/session.ts';
import type { Webhook } from '../../../api/types.ts';
import { activityQuery, actOnWebhook, deleteWebhook } from '../../../api/webhooks.ts';
import { Button, LinkButton } from '../../../parts/button.tsx';
import { ConfirmDialog } from '../../../parts/dialog.tsx';
import { Menu } from '../../../parts/menu.tsx';
import { tell, tellProblem } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.webhook.acts;

export function WebhookActions({ webhook }: { readonly webhook: Webhook }) {
  const { id, state } = webhook;
  const may = useMay();
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      {may('WEBHOOKS:EDIT') && (
        <>
          <LinkButton to="/webhooks/$id/test" params={{ id }} icon={<Send aria-hidden size={14} />}>
            {words.test}
          </LinkButton>
          <PauseOrResume webhook={webhook} kind={state === 'active' ? 'plain' : 'primary'} />
        </>
      )}
      {may('WEBHOOKS:REMOVE') && (
        <>
          <Menu
            label={words.more}
            trigger={<Ellipsis aria-hidden size={16} />}
            actions={[
              {
                label: words.delete,
                icon: <Trash2 aria-hidden size={14} />,
                danger: true,
                act: () => setDeleting(true),
              },
            ]}
          />
          <DeleteDialog webhook={webhook} open={deleting} close={() => setDeleting(false)} />
        </>
      )}
    </>
  );
}

/** Pauses what is active; what is paused or disabled becomes active again. */
export function PauseOrResume({
  webhook: { id, name, state },
  kind = 'plain',
}: {
  readonly webhook: Pick<Webhook, 'id' | 'name' | 'state'>;
  readonly kind?: 'plain' | 'primary';
}) {
  const queries = useQueryClient();
  const act = state === 'active' ? 'pause' : 'resume';
  const run = useMutation({
    mutationFn: () => actOnWebhook(id, act),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['webhooks'] });
      tell(words.done[act](name));
    },
    onError: (error) => tellProblem(words.failed[act](name), error),
  });
  const label = act === 'pause' ? words.pause : state === 'disabled' ? words.enable : words.resume;
  return (
    <Button
      kind={kind}
      busy={run.isPending}
      icon={act === 'pause' ? <Pause aria-hidden size={14} /> : <Play aria-hidden size={14} />}
      onClick={() => run.mutate()}
    >
      {label}
    </Button>
  );
}

function DeleteDialog({
  webhook: { id, name },
  open,
  close,
}: {
  readonly webhook: Webhook;
  readonly open: boolean;
  readonly close: () => void;
}) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const activity = useQuery({ ...activityQuery([id]), enabled: open });
  const waiting = activity.data?.[0]?.scheduled;
  const remove = async () => {
    await deleteWebhook(id);
    await navigate({ to: '/webhooks' });
    queries.removeQueries({ queryKey: ['webhooks', 'versioned', id] });
    await queries.invalidateQueries({ queryKey: ['webhooks', 'list'] });
    tell(words.done.delete(name));
  };
  return (
    <ConfirmDialog
      open={open}
      close={close}
      title={words.deleteTitle(name)}
      confirm={words.delete}
      act={remove}
    >
      <p>{words.deleteEffect(waiting)}</p>
      <p className="mt-2 text-quiet">{words.deleteKeeps}</p>
    </ConfirmDialog>
  );
}
