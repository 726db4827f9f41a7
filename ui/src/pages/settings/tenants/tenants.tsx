// The tenants that the operator looks after: found, made, entered, renamed, deleted.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { LogIn, Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { useMay, useSession } from '../../../api/session.ts';
import { operatorTenant, tenantsQuery, type Tenant } from '../../../api/tenants.ts';
import { useEnterTenant } from '../../../app/enter-tenant.ts';
import { useKeys } from '../../../app/keys.tsx';
import { Asked } from '../../../parts/asked.tsx';
import { Badge } from '../../../parts/badge.tsx';
import { Button } from '../../../parts/button.tsx';
import { CopyableId } from '../../../parts/copy.tsx';
import { DataTable, type Column } from '../../../parts/data-table.tsx';
import { SearchField } from '../../../parts/field.tsx';
import { Empty } from '../../../parts/page.tsx';
import { actsColumn, RowMenu } from '../../../parts/row-menu.tsx';
import { Ago } from '../../../parts/time.tsx';
import * as texts from '../../../texts/texts.ts';
import { Tab } from '../tab.tsx';
import { DeleteTenant } from './delete-tenant.tsx';
import { TenantForm } from './tenant-form.tsx';

const route = getRouteApi('/shell/settings/tenants');
const words = texts.tenants;

type Doing =
  | { readonly kind: 'create' }
  | { readonly kind: 'rename'; readonly tenant: Tenant }
  | { readonly kind: 'delete'; readonly tenant: Tenant };

export function TenantsTab() {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const queries = useQueryClient();
  const tenants = useQuery(tenantsQuery);
  const field = useRef<HTMLInputElement>(null);
  const [doing, setDoing] = useState<Doing>();
  const columns = useColumns((next) => setDoing(next));
  useKeys([{ key: '/', label: texts.common.search, act: () => field.current?.focus() }]);
  const stop = () => setDoing(undefined);
  const changed = () => queries.invalidateQueries({ queryKey: ['tenants'] });
  const create = (
    <Button kind="primary" icon={<Plus aria-hidden size={14} />} onClick={() => setDoing({ kind: 'create' })}>
      {words.create}
    </Button>
  );
  return (
    <Tab name="tenants" lead={words.lead} actions={may('TENANTS:ADD') && create}>
      <div>
        <SearchField
          ref={field}
          label={texts.settings.search}
          value={q}
          onChange={({ target }) => void navigate({ search: { q: target.value }, replace: true })}
        />
      </div>
      <Asked query={tenants}>
        {(all) => {
          const text = q.trim().toLowerCase();
          const rows = all.filter(({ id, uuid, name }) => `${id} ${uuid} ${name}`.includes(text));
          return rows.length === 0 ? (
            <Empty title={texts.settings.nothingFound}>{texts.settings.nothingFoundLead(q)}</Empty>
          ) : (
            <>
              <DataTable
                label={texts.settings.tabs.tenants}
                columns={columns}
                rows={rows}
                idOf={({ id }) => id}
              />
              {all.length === 1 && <Empty title={words.alone}>{words.aloneLead}</Empty>}
            </>
          );
        }}
      </Asked>
      {doing?.kind === 'create' && <TenantForm close={stop} changed={changed} />}
      {doing?.kind === 'rename' && <TenantForm current={doing.tenant} close={stop} changed={changed} />}
      {doing?.kind === 'delete' && <DeleteTenant tenant={doing.tenant} close={stop} changed={changed} />}
    </Tab>
  );
}

function useColumns(choose: (doing: Doing) => void): readonly Column<Tenant>[] {
  const may = useMay();
  const { tenant: current } = useSession();
  const enter = useEnterTenant();
  return [
    {
      id: 'name',
      header: words.name,
      cell: ({ id, name }) => (
        <span className="flex items-center gap-2">
          <span className="truncate font-medium" title={name}>
            {name}
          </span>
          {name === operatorTenant && <Badge title={words.operatorHint}>{words.operator}</Badge>}
          {id === current.id && <Badge tone="accent">{words.current}</Badge>}
        </span>
      ),
    },
    {
      id: 'id',
      header: words.id,
      className: 'w-80 max-lg:hidden',
      cell: ({ id }) => <CopyableId id={id} />,
    },
    {
      id: 'created',
      header: words.created,
      className: 'w-28 max-md:hidden',
      cell: ({ createdAt }) => <Ago at={createdAt} />,
    },
    actsColumn(
      (tenant) => (
        <span className="flex items-center justify-end gap-1">
          {tenant.id !== current.id && (
            <Button
              icon={<LogIn aria-hidden size={14} className="max-sm:hidden" />}
              aria-label={words.enterOf(tenant.name)}
              onClick={() => void enter(tenant.id)}
            >
              {words.enter}
            </Button>
          )}
          {tenant.name !== operatorTenant && (
            <RowMenu
              name={tenant.name}
              actions={[
                ...(may('TENANTS:EDIT')
                  ? [{ label: words.rename, act: () => choose({ kind: 'rename', tenant }) }]
                  : []),
                ...(may('TENANTS:EDIT', 'TENANTS:REMOVE')
                  ? [{ label: words.delete, danger: true, act: () => choose({ kind: 'delete', tenant }) }]
                  : []),
              ]}
            />
          )}
        </span>
      ),
      'w-40 max-sm:w-32',
    ),
  ];
}
