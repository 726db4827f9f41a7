// People who sign in and clients that get access tokens: found, made, changed, kept out.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { principalsQuery, type Principal } from '../../../api/principals.ts';
import { useMay, useSession } from '../../../api/session.ts';
import { useKeys } from '../../../app/keys.tsx';
import { Asked } from '../../../parts/asked.tsx';
import { Badge } from '../../../parts/badge.tsx';
import { Button } from '../../../parts/button.tsx';
import { DataTable, type Column } from '../../../parts/data-table.tsx';
import { FilterSelect, SearchField } from '../../../parts/field.tsx';
import { Empty } from '../../../parts/page.tsx';
import { actsColumn } from '../../../parts/row-menu.tsx';
import { Ago } from '../../../parts/time.tsx';
import * as texts from '../../../texts/texts.ts';
import { Tab } from '../tab.tsx';
import { Doing, PersonMenu, type Act } from './acts.tsx';
import { useRoleNames } from './role-field.tsx';

const route = getRouteApi('/shell/settings/people');
const words = texts.people;

export function PeopleTab() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const field = useRef<HTMLInputElement>(null);
  const people = useQuery(principalsQuery);
  const [act, setAct] = useState<Act>();
  const columns = useColumns();
  useKeys([{ key: '/', label: texts.common.search, act: () => field.current?.focus() }]);
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (current) => ({ ...current, ...next }), replace: true });
  const menu = (person: Principal) => <PersonMenu person={person} choose={setAct} />;
  return (
    <Tab
      name="people"
      lead={words.lead}
      actions={
        may('PRINCIPALS:ADD', 'ROLES:VIEW') && (
          <>
            <Button onClick={() => setAct({ kind: 'create-client' })}>{words.createClient}</Button>
            <Button
              kind="primary"
              icon={<Plus aria-hidden size={14} />}
              onClick={() => setAct({ kind: 'create-user' })}
            >
              {words.createUser}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-wrap gap-2">
        <SearchField
          ref={field}
          label={texts.settings.search}
          value={search.q ?? ''}
          onChange={({ target }) => change({ q: target.value })}
        />
        <FilterSelect
          label={words.kind}
          value={search.kind ?? ''}
          onChange={({ target }) => change({ kind: target.value })}
          choices={[
            { value: '', label: words.anyKind },
            { value: 'user', label: words.kinds.user },
            { value: 'client', label: words.kinds.client },
          ]}
        />
        <FilterSelect
          label={words.state}
          value={search.state ?? ''}
          onChange={({ target }) => change({ state: target.value })}
          choices={[
            { value: '', label: words.anyState },
            { value: 'active', label: words.active },
            { value: 'disabled', label: words.disabled },
          ]}
        />
      </div>
      <Asked query={people}>
        {(all) => {
          const rows = all.filter((one) => isFound(one, search));
          return rows.length === 0 ? (
            <Empty title={texts.settings.nothingFound}>
              {texts.settings.nothingFoundLead(search.q ?? '')}
            </Empty>
          ) : (
            <DataTable
              label={texts.settings.tabs.people}
              columns={[...columns, actsColumn(menu)]}
              rows={rows}
              idOf={({ id }) => id}
            />
          );
        }}
      </Asked>
      <Doing act={act} choose={setAct} />
    </Tab>
  );
}

function useColumns(): readonly Column<Principal>[] {
  const { principal } = useSession();
  const nameOf = useRoleNames();
  return [
    {
      id: 'name',
      header: words.name,
      cell: (one) => (
        <span className="flex items-center gap-2">
          <span className="min-w-0 truncate">
            <span className="font-medium" title={one.displayName}>
              {one.displayName}
            </span>{' '}
            {one.kind === 'user' && one.username !== one.displayName && (
              <span className="text-quiet">{one.username}</span>
            )}
          </span>
          {one.id === principal.id && <Badge tone="accent">{words.you}</Badge>}
          {one.disabledAt !== null && <Badge tone="bad">{words.disabled}</Badge>}
        </span>
      ),
    },
    {
      id: 'email',
      header: words.email,
      className: 'w-[24%] max-lg:hidden',
      cell: (one) =>
        one.kind === 'user' ? (
          <span className="text-quiet" title={one.email ?? undefined}>
            {one.email}
          </span>
        ) : (
          <code className="text-xs text-quiet" title={one.clientId}>
            {one.clientId}
          </code>
        ),
    },
    {
      id: 'role',
      header: words.role,
      className: 'w-44 max-md:hidden',
      cell: ({ roleId }) => <span title={nameOf(roleId)}>{nameOf(roleId)}</span>,
    },
    {
      id: 'kind',
      header: words.kind,
      className: 'w-24 max-sm:hidden',
      cell: ({ kind }) => <Badge>{words.kinds[kind]}</Badge>,
    },
    {
      id: 'created',
      header: words.created,
      className: 'w-28 max-lg:hidden',
      cell: ({ createdAt }) => <Ago at={createdAt} />,
    },
  ];
}

function isFound(
  one: Principal,
  { q = '', kind, state }: { readonly q?: string; readonly kind?: string; readonly state?: string },
): boolean {
  const told = one.kind === 'user' ? [one.username, one.email] : [one.clientId];
  return (
    (kind === undefined || one.kind === kind) &&
    (state === undefined || (one.disabledAt === null ? 'active' : 'disabled') === state) &&
    [one.displayName, ...told].join(' ').toLowerCase().includes(q.trim().toLowerCase())
  );
}
