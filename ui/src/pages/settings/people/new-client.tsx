// A new client: a program that gets access tokens for a secret.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createPrincipal, principalsQuery, type ClientWithSecret } from '../../../api/principals.ts';
import { TextField } from '../../../parts/field.tsx';
import { FormDialog } from '../../../parts/form.tsx';
import * as texts from '../../../texts/texts.ts';
import { RoleField } from './role-field.tsx';

const words = texts.people;

export function NewClient({
  close,
  made,
}: {
  readonly close: () => void;
  readonly made: (client: ClientWithSecret) => void;
}) {
  const queries = useQueryClient();
  const [displayName, setDisplayName] = useState('');
  const [roleId, setRoleId] = useState('rol_super_administrator');
  const create = async () => {
    made(
      await createPrincipal<ClientWithSecret>({ kind: 'client', displayName: displayName.trim(), roleId }),
    );
    await queries.invalidateQueries({ queryKey: principalsQuery.queryKey });
  };
  return (
    <FormDialog
      title={words.createClient}
      confirm={words.createClientConfirm}
      close={close}
      act={create}
      places={['/displayName', '/roleId']}
    >
      {(problem) => (
        <>
          <TextField
            label={words.clientName}
            hint={words.clientNameHint}
            required
            autoFocus
            value={displayName}
            onChange={({ target }) => setDisplayName(target.value)}
            error={problem?.about('/displayName')}
          />
          <RoleField value={roleId} choose={setRoleId} error={problem?.about('/roleId')} />
        </>
      )}
    </FormDialog>
  );
}
