// What can be done with people and clients, each in a window that names whom and tells the effect.

import { useQueryClient } from '@tanstack/react-query';
import {
  changePrincipal,
  deletePrincipal,
  principalsQuery,
  rotateClientSecret,
  type Client,
  type ClientWithSecret,
  type Principal,
  type User,
} from '../../../api/principals.ts';
import { useMay } from '../../../api/session.ts';
import { ConfirmDialog } from '../../../parts/dialog.tsx';
import { FormDialog } from '../../../parts/form.tsx';
import { RowMenu } from '../../../parts/row-menu.tsx';
import { tell, tellProblem } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';
import { ChangePerson } from './change-person.tsx';
import { NewClient } from './new-client.tsx';
import { NewUser } from './new-user.tsx';
import { ResetPassword } from './reset-password.tsx';
import { NewPassword, NewSecret, type SignIn } from './new-secret.tsx';

const words = texts.people;

export type Act =
  | { readonly kind: 'create-user' | 'create-client' }
  | { readonly kind: 'change' | 'disable' | 'delete'; readonly person: Principal }
  | { readonly kind: 'reset'; readonly person: User }
  | { readonly kind: 'rotate'; readonly person: Client }
  | { readonly kind: 'password'; readonly signIn: SignIn }
  | { readonly kind: 'secret'; readonly client: ClientWithSecret };

type Choose = (act: Act | undefined) => void;

export function PersonMenu({ person, choose }: { readonly person: Principal; readonly choose: Choose }) {
  const may = useMay();
  const changed = useChanged();
  const enable = async () => {
    try {
      await changePrincipal(person.id, { disabled: false });
      tell(words.wasEnabled(person.displayName));
      await changed();
    } catch (error) {
      tellProblem(words.failed(person.displayName), error);
    }
  };
  const edits = [
    { label: words.change, act: () => choose({ kind: 'change', person }) },
    person.kind === 'user'
      ? { label: words.reset, act: () => choose({ kind: 'reset', person }) }
      : { label: words.rotate, act: () => choose({ kind: 'rotate', person }) },
    person.disabledAt === null
      ? { label: words.disable, danger: true, act: () => choose({ kind: 'disable', person }) }
      : { label: words.enable, act: () => void enable() },
  ];
  const remove = { label: words.delete, danger: true, act: () => choose({ kind: 'delete', person }) };
  return (
    <RowMenu
      name={person.displayName}
      actions={[...(may('PRINCIPALS:EDIT') ? edits : []), ...(may('PRINCIPALS:REMOVE') ? [remove] : [])]}
    />
  );
}

/** The window of the act that was chosen. */
export function Doing({ act, choose }: { readonly act: Act | undefined; readonly choose: Choose }) {
  const changed = useChanged();
  const close = () => choose(undefined);
  switch (act?.kind) {
    case undefined:
      return null;
    case 'create-user':
      return <NewUser close={close} made={(signIn) => choose({ kind: 'password', signIn })} />;
    case 'create-client':
      return <NewClient close={close} made={(client) => choose({ kind: 'secret', client })} />;
    case 'change':
      return <ChangePerson person={act.person} close={close} />;
    case 'reset':
      return (
        <ResetPassword
          person={act.person}
          close={close}
          made={(signIn) => choose({ kind: 'password', signIn })}
        />
      );
    case 'password':
      return <NewPassword signIn={act.signIn} close={close} />;
    case 'secret':
      return <NewSecret client={act.client} close={close} />;
    case 'rotate':
      return (
        <FormDialog
          close={close}
          title={words.rotateOf(act.person.displayName)}
          confirm={words.rotateConfirm}
          act={async () => choose({ kind: 'secret', client: await rotateClientSecret(act.person.id) })}
        >
          {() => <p>{words.rotateEffect}</p>}
        </FormDialog>
      );
    case 'disable':
      return (
        <ConfirmDialog
          open
          close={close}
          title={words.disableOf(act.person.displayName)}
          confirm={words.disableConfirm}
          act={async () => {
            await changePrincipal(act.person.id, { disabled: true });
            tell(words.wasDisabled(act.person.displayName));
            await changed();
          }}
        >
          {words.disableEffect[act.person.kind]}
        </ConfirmDialog>
      );
    case 'delete':
      return (
        <ConfirmDialog
          open
          close={close}
          title={words.deleteOf(act.person.displayName)}
          confirm={words.deleteConfirm}
          act={async () => {
            await deletePrincipal(act.person.id);
            tell(words.wasDeleted(act.person.displayName));
            await changed();
          }}
        >
          {words.deleteEffect[act.person.kind]}
        </ConfirmDialog>
      );
  }
}

function useChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: principalsQuery.queryKey });
}
