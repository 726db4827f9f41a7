// A new role: its name and what it may do.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createRole, rolesQuery } from '../../../api/roles.ts';
import { useMay, type Permission } from '../../../api/session.ts';
import { TextField } from '../../../parts/field.tsx';
import { FormDialog } from '../../../parts/form.tsx';
import { tell } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';
import { PermissionMatrix } from '../permissions/permission-matrix.tsx';

const words = texts.roles;

export function NewRole({ close }: { readonly close: () => void }) {
  const queries = useQueryClient();
  const may = useMay();
  const [name, setName] = useState('');
  const [permissions, setPermissions] = useState<readonly Permission[]>([]);
  const create = async () => {
    const role = await createRole({ name: name.trim(), permissions: [...permissions] });
    tell(words.wasCreated(role.name));
    close();
    await queries.invalidateQueries({ queryKey: rolesQuery.queryKey });
  };
  return (
    <FormDialog
      wide
      title={words.create}
      confirm={words.createConfirm}
      close={close}
      act={create}
      places={['/name']}
    >
      {(problem) => (
        <>
          <TextField
            label={words.name}
            required
            autoFocus
            value={name}
            onChange={({ target }) => setName(target.value)}
            error={problem?.about('/name')}
          />
          <PermissionMatrix value={permissions} choose={setPermissions} offered={may} />
        </>
      )}
    </FormDialog>
  );
}
