// A new password for somebody who lost theirs.

import { useState } from 'react';
import { changePrincipal, type User } from '../../../api/principals.ts';
import { TextField } from '../../../parts/field.tsx';
import { FormDialog } from '../../../parts/form.tsx';
import * as texts from '../../../texts/texts.ts';
import { madeUpPassword } from './made-up-password.ts';
import type { SignIn } from './new-secret.tsx';

const words = texts.people;

export function ResetPassword({
  person,
  close,
  made,
}: {
  readonly person: User;
  readonly close: () => void;
  readonly made: (signIn: SignIn) => void;
}) {
  const [password, setPassword] = useState(madeUpPassword);
  const reset = async () => {
    await changePrincipal(person.id, { password });
    made({ title: words.resetTitle(person.displayName), username: person.username, password });
  };
  return (
    <FormDialog
      title={words.resetOf(person.displayName)}
      confirm={words.resetConfirm}
      close={close}
      act={reset}
      places={['/password']}
    >
      {(problem) => (
        <>
          <p>{words.resetEffect}</p>
          <TextField
            label={words.newPassword}
            hint={words.newPasswordHint}
            required
            className="font-mono"
            value={password}
            onChange={({ target }) => setPassword(target.value)}
            error={problem?.about('/password')}
          />
        </>
      )}
    </FormDialog>
  );
}
