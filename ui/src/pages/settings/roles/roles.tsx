// The roles of a tenant: the built-in ones and its own, looked into at the side.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { rolesQuery, type Role } from '../../../api/roles.ts';
import { useMay } from '../../../api/session.ts';
import { Asked } from '../../../parts/asked.tsx';
import { Badge } from '../../../parts/badge.tsx';
import { Button } from '../../../parts/button.tsx';
import { DataTable, type Column } from '../../../parts/data-table.tsx';
import { Ago } from '../../../parts/time.tsx';
import * as texts from '../../../texts/texts.ts';
import { summaryOf } from '../permissions/permissions.ts';
import { Tab } from '../tab.tsx';
import { NewRole } from './new-role.tsx';
import { RoleDrawer } from './role-drawer.tsx';

const route = getRouteApi('/shell/settings/roles');
const words = texts.roles;

const columns: readonly Column<Role>[] = [
  {
    id: 'name',
    header: words.name,
    className: 'w-[28%] max-md:w-auto',
    cell: ({ name }) => (
      <span className="font-medium" title={name}>
        {name}
      </span>
    ),
  },
  {
    id: 'permissions',
    header: words.permissions,
    className: 'max-md:hidden',
    cell: ({ permissions }) => (
      <span className="text-quiet" title={summaryOf(permissions)}>
        {summaryOf(permissions)}
      </span>
    ),
  },
  {
    id: 'updated',
    header: words.updated,
    className: 'w-28 max-lg:hidden',
    cell: ({ updatedAt }) => updatedAt !== null && <Ago at={updatedAt} />,
  },
  {
    id: 'kind',
    header: words.kind,
    className: 'w-24',
    cell: ({ builtIn }) =>
      builtIn ? <Badge>{words.builtIn}</Badge> : <Badge tone="accent">{words.own}</Badge>,
  },
];

export function RolesTab() {
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const roles = useQuery(rolesQuery);
  const [creating, setCreating] = useState(false);
  const look = (id: string) => void navigate({ search: { open: id }, replace: true });
  const opened = roles.data?.find(({ id }) => id === open);
  return (
    <Tab
      name="roles"
      lead={words.lead}
      actions={
        may('ROLES:ADD') && (
          <Button kind="primary" icon={<Plus aria-hidden size={14} />} onClick={() => setCreating(true)}>
            {words.create}
          </Button>
        )
      }
    >
      <Asked query={roles}>
        {(rows) => (
          <DataTable
            label={texts.settings.tabs.roles}
            columns={columns}
            rows={rows}
            idOf={({ id }) => id}
            open={({ id }) => look(id)}
            openedId={open}
          />
        )}
      </Asked>
      {opened !== undefined && <RoleDrawer key={opened.id} role={opened} close={() => look('')} />}
      {creating && <NewRole close={() => setCreating(false)} />}
    </Tab>
  );
}
