// A tenant that is made or renamed.

import { useState } from 'react';
import { createTenant, renameTenant, type Tenant } from '../../../api/tenants.ts';
import { TextField } from '../../../parts/field.tsx';
import { FormDialog } from '../../../parts/form.tsx';
import { tell } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.tenants;

/** Without `current`, of a new one. */
export function TenantForm({
  current,
  close,
  changed,
}: {
  readonly current?: Tenant;
  readonly close: () => void;
  readonly changed: () => Promise<unknown>;
}) {
  const [name, setName] = useState(current?.name ?? '');
  const save = async () => {
    if (current === undefined) {
      await createTenant(name.trim());
      tell(words.wasCreated(name.trim()));
    } else {
      await renameTenant(current.id, name.trim());
      tell(words.wasRenamed(name.trim()));
    }
    close();
    await changed();
  };
  return (
    <FormDialog
      title={current === undefined ? words.create : words.renameOf(current.name)}
      confirm={current === undefined ? words.createConfirm : words.renameConfirm}
      close={close}
      act={save}
      places={['/name']}
    >
      {(problem) => (
        <>
          {current !== undefined && <p>{words.renameEffect}</p>}
          <TextField
            label={words.name}
            hint={words.nameHint}
            required
            autoFocus
            value={name}
            onChange={({ target }) => setName(target.value)}
            error={problem?.about('/name')}
          />
        </>
      )}
    </FormDialog>
  );
}
