// Who has signed in, what they may do here, and their password.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changePassword, sessionQuery, useSession } from '../../api/session.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { useSubmit } from '../../parts/form.tsx';
import { Card, Facts } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { tell } from '../../parts/toasts.tsx';
import * as texts from '../../texts/texts.ts';
import { PermissionMatrix } from './permissions/permission-matrix.tsx';
import { Tab } from './tab.tsx';

const words = texts.account;

export function AccountTab() {
  const { principal, tenant, homeTenant, permissions } = useSession();
  return (
    <Tab name="account" lead={words.lead}>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <Card>
            <Facts
              facts={[
                [words.name, principal.displayName],
                [words.username, principal.name],
                [words.tenant, homeTenant.name],
                ...(tenant.id === homeTenant.id ? [] : [[words.actingIn, tenant.name] as const]),
              ]}
            />
          </Card>
          <Card title={words.password}>
            <OwnPassword />
          </Card>
        </div>
        <Card title={tenant.id === homeTenant.id ? words.may : words.mayIn(tenant.name)}>
          <PermissionMatrix value={permissions} />
        </Card>
      </div>
    </Tab>
  );
}

const blank = { current: '', next: '', again: '' };

function OwnPassword() {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(blank);
  const { busy, error, problem, onSubmit } = useSubmit(async () => {
    const session = await changePassword(draft.current, draft.next);
    queries.setQueryData(sessionQuery.queryKey, session);
    setDraft(blank);
    tell(words.changed);
  });
  const differs = draft.again !== '' && draft.again !== draft.next;
  const field = (name: keyof typeof blank) => ({
    type: 'password',
    required: true,
    value: draft[name],
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      setDraft({ ...draft, [name]: target.value }),
  });
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <p className="text-quiet">{words.passwordLead}</p>
      <TextField
        label={words.current}
        autoComplete="current-password"
        error={problem?.about('/currentPassword')}
        {...field('current')}
      />
      <TextField
        label={words.next}
        hint={words.nextHint}
        autoComplete="new-password"
        error={problem?.about('/newPassword')}
        {...field('next')}
      />
      <TextField
        label={words.again}
        autoComplete="new-password"
        error={differs ? words.differs : undefined}
        {...field('again')}
      />
      {error !== undefined && <ProblemNote error={error} places={['/currentPassword', '/newPassword']} />}
      <div>
        <Button type="submit" kind="primary" busy={busy} disabled={draft.again !== draft.next}>
          {words.change}
        </Button>
      </div>
    </form>
  );
}
