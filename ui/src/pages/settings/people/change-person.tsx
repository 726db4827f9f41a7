// A person or client that is there: called otherwise, reached otherwise, or with another role.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changePrincipal, principalsQuery, type Principal } from '../../../api/principals.ts';
import { sessionQuery, useSession } from '../../../api/session.ts';
import { TextField } from '../../../parts/field.tsx';
import { FormDialog } from '../../../parts/form.tsx';
import { tell } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';
import { RoleField } from './role-field.tsx';

const words = texts.people;

export function ChangePerson({ person, close }: { readonly person: Principal; readonly close: () => void }) {
  const queries = useQueryClient();
  const { principal } = useSession();
  const [username, setUsername] = useState(person.kind === 'user' ? person.username : '');
  const [displayName, setDisplayName] = useState(person.displayName);
  const [email, setEmail] = useState(person.kind === 'user' ? (person.email ?? '') : '');
  const [roleId, setRoleId] = useState(person.roleId);
  const save = async () => {
    const own = { username: username.trim(), email: email.trim() === '' ? null : email.trim() };
    const changed = await changePrincipal(person.id, {
      displayName: displayName.trim(),
      ...(roleId === person.roleId ? {} : { roleId }),
      ...(person.kind === 'user' ? own : {}),
    });
    tell(words.wasChanged(changed.displayName));
    close();
    await Promise.all([
      queries.invalidateQueries({ queryKey: principalsQuery.queryKey }),
      person.id === principal.id && queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    ]);
  };
  return (
    <FormDialog
      title={words.changeOf(person.displayName)}
      confirm={words.save}
      close={close}
      act={save}
      places={['/username', '/displayName', '/email', '/roleId']}
    >
      {(problem) => (
        <>
          {person.kind === 'user' && (
            <TextField
              label={words.username}
              hint={words.usernameHint}
              required
              value={username}
              onChange={({ target }) => setUsername(target.value)}
              error={problem?.about('/username')}
            />
          )}
          <TextField
            label={person.kind === 'user' ? words.displayName : words.clientName}
            required
            value={displayName}
            onChange={({ target }) => setDisplayName(target.value)}
            error={problem?.about('/displayName')}
          />
          {person.kind === 'user' && (
            <TextField
              label={words.email}
              hint={words.emailHint}
              type="email"
              value={email}
              onChange={({ target }) => setEmail(target.value)}
              error={problem?.about('/email')}
            />
          )}
          <RoleField value={roleId} choose={setRoleId} error={problem?.about('/roleId')} />
        </>
      )}
    </FormDialog>
  );
}
