// A new person: what they are called, what they may do, and a first password.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createPrincipal, principalsQuery, type Principal } from '../../../api/principals.ts';
import { TextField } from '../../../parts/field.tsx';
import { FormDialog } from '../../../parts/form.tsx';
import * as texts from '../../../texts/texts.ts';
import { madeUpPassword } from './made-up-password.ts';
import type { SignIn } from './new-secret.tsx';
import { RoleField } from './role-field.tsx';

const words = texts.people;

export function NewUser({
  close,
  made,
}: {
  readonly close: () => void;
  readonly made: (signIn: SignIn) => void;
}) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => ({
    username: '',
    displayName: '',
    email: '',
    roleId: 'rol_auditor',
    password: madeUpPassword(),
  }));
  const field = (name: keyof typeof draft) => ({
    value: draft[name],
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      setDraft({ ...draft, [name]: target.value }),
  });
  const create = async () => {
    const { displayName, email, password, ...given } = draft;
    const username = given.username.trim();
    const created = await createPrincipal<Principal>({
      username,
      password,
      roleId: given.roleId,
      email: email.trim() === '' ? null : email.trim(),
      ...(displayName.trim() === '' ? {} : { displayName: displayName.trim() }),
    });
    made({ title: words.madeTitle(created.displayName), username, password });
    await queries.invalidateQueries({ queryKey: principalsQuery.queryKey });
  };
  return (
    <FormDialog
      title={words.createUser}
      confirm={words.createUserConfirm}
      close={close}
      act={create}
      places={['/username', '/displayName', '/email', '/roleId', '/password']}
    >
      {(problem) => (
        <>
          <TextField
            label={words.username}
            hint={words.usernameHint}
            required
            autoFocus
            error={problem?.about('/username')}
            {...field('username')}
          />
          <TextField
            label={words.displayName}
            error={problem?.about('/displayName')}
            {...field('displayName')}
          />
          <TextField
            label={words.email}
            hint={words.emailHint}
            type="email"
            error={problem?.about('/email')}
            {...field('email')}
          />
          <RoleField
            value={draft.roleId}
            choose={(roleId) => setDraft({ ...draft, roleId })}
            error={problem?.about('/roleId')}
          />
          <TextField
            label={words.password}
            hint={words.passwordHint}
            required
            className="font-mono"
            error={problem?.about('/password')}
            {...field('password')}
          />
        </>
      )}
    </FormDialog>
  );
}
