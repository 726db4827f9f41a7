// A new secret or key pair for a webhook: for how long the old one goes on, and what that means.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Webhook, WebhookWithSecret } from '../../../api/types.ts';
import { rotateSecret } from '../../../api/webhooks.ts';
import { ConfirmDialog } from '../../../parts/dialog.tsx';
import { SelectField } from '../../../parts/field.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.signing.rotation;
const hourMs = 3_600_000;
const graces = [0, hourMs, 24 * hourMs, 72 * hourMs, 7 * 24 * hourMs, 30 * 24 * hourMs];
const graceDefault = 24 * hourMs;

export function RotateDialog({
  webhook: { id, name, signing },
  open,
  close,
  done,
}: {
  readonly webhook: Webhook;
  readonly open: boolean;
  readonly close: () => void;
  readonly done: (webhook: WebhookWithSecret) => void;
}) {
  const queries = useQueryClient();
  const [graceMs, setGraceMs] = useState(graceDefault);
  const scheme = signing.scheme === 'standard-webhooks' ? 'both' : 'oneAtATime';
  const rotate = async () => {
    const rotated = await rotateSecret(id, graceMs);
    await queries.invalidateQueries({ queryKey: ['webhooks'] });
    done(rotated);
  };
  return (
    <ConfirmDialog
      open={open}
      close={close}
      title={words.title(name)}
      confirm={words.confirm}
      danger={graceMs === 0}
      act={rotate}
    >
      <div className="flex flex-col gap-3">
        <p>{words.lead[scheme]}</p>
        <SelectField
          label={words.grace}
          hint={graceMs === 0 ? words.atOnce : words.graceHint[scheme]}
          value={String(graceMs)}
          onChange={({ target }) => setGraceMs(Number(target.value))}
          choices={graces.map((ms) => ({
            value: String(ms),
            label: ms === 0 ? words.none : texts.time.length(ms),
          }))}
        />
      </div>
    </ConfirmDialog>
  );
}
