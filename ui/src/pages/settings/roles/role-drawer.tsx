// One role: what it may do, changed and deleted where it is the tenant's own.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeRole, deleteRole, rolesQuery, type Role } from '../../../api/roles.ts';
import { sessionQuery, useMay } from '../../../api/session.ts';
import { Button } from '../../../parts/button.tsx';
import { CopyableId } from '../../../parts/copy.tsx';
import { ConfirmDialog, Drawer } from '../../../parts/dialog.tsx';
import { TextField } from '../../../parts/field.tsx';
import { useSubmit } from '../../../parts/form.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import { tell } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';
import { PermissionMatrix } from '../permissions/permission-matrix.tsx';

const words = texts.roles;

export function RoleDrawer({ role, close }: { readonly role: Role; readonly close: () => void }) {
  const may = useMay();
  const [deleting, setDeleting] = useState(false);
  const changed = useChanged();
  return (
    <Drawer open close={close} title={role.name}>
      <div className="flex flex-col gap-4">
        <CopyableId id={role.id} />
        {role.builtIn && <p className="text-quiet">{words.builtInLead}</p>}
        {!role.builtIn && may('ROLES:EDIT') ? (
          <ChangeRole role={role} />
        ) : (
          <PermissionMatrix value={role.permissions} />
        )}
        {!role.builtIn && may('ROLES:REMOVE') && (
          <div>
            <Button kind="danger" onClick={() => setDeleting(true)}>
              {words.delete}
            </Button>
          </div>
        )}
      </div>
      <ConfirmDialog
        open={deleting}
        close={() => setDeleting(false)}
        title={words.deleteOf(role.name)}
        confirm={words.deleteConfirm}
        act={async () => {
          await deleteRole(role.id);
          tell(words.wasDeleted(role.name));
          close();
          await changed();
        }}
      >
        {words.deleteEffect}
      </ConfirmDialog>
    </Drawer>
  );
}

function ChangeRole({ role }: { readonly role: Role }) {
  const may = useMay();
  const changed = useChanged();
  const [name, setName] = useState(role.name);
  const [permissions, setPermissions] = useState(role.permissions);
  const { busy, error, problem, onSubmit } = useSubmit(async () => {
    await changeRole(role.id, { name: name.trim(), permissions: [...permissions] });
    tell(words.wasChanged(name.trim()));
    await changed();
  });
  const isSame = name.trim() === role.name && isSameSet(permissions, role.permissions);
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <TextField
        label={words.name}
        required
        value={name}
        onChange={({ target }) => setName(target.value)}
        error={problem?.about('/name')}
      />
      <PermissionMatrix
        value={permissions}
        choose={(next) => setPermissions([...next])}
        offered={(one) => may(one) || role.permissions.includes(one)}
      />
      {error !== undefined && <ProblemNote error={error} places={['/name']} />}
      <div>
        <Button type="submit" kind="primary" busy={busy} disabled={isSame}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}

/** What people may do hangs on their roles, one's own too. */
function useChanged(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: rolesQuery.queryKey }),
      queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    ]);
}
