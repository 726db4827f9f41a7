// A tenant goes with all it owns, once its name was typed.

import { useState } from 'react';
import { deleteTenant, type Tenant } from '../../../api/tenants.ts';
import { ConfirmDialog } from '../../../parts/dialog.tsx';
import { TextField } from '../../../parts/field.tsx';
import { tell } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.tenants;

export function DeleteTenant({
  tenant: { id, name },
  close,
  changed,
}: {
  readonly tenant: Tenant;
  readonly close: () => void;
  readonly changed: () => Promise<unknown>;
}) {
  const [typed, setTyped] = useState('');
  return (
    <ConfirmDialog
      open
      close={close}
      title={words.deleteOf(name)}
      confirm={words.deleteConfirm}
      ready={typed === name}
      act={async () => {
        await deleteTenant(id);
        tell(words.wasDeleted(name));
        await changed();
      }}
    >
      <div className="flex flex-col gap-4">
        <p>{words.deleteEffect(name)}</p>
        <TextField
          label={words.deleteType(name)}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </div>
    </ConfirmDialog>
  );
}
