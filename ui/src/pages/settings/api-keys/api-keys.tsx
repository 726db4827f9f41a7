// The keys of the tenant's programs: made, changed, revoked.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { apiKeysQuery, revokeApiKey, type ApiKey, type ApiKeyWithToken } from '../../../api/api-keys.ts';
import { useMay } from '../../../api/session.ts';
import { Asked } from '../../../parts/asked.tsx';
import { Badge } from '../../../parts/badge.tsx';
import { Button } from '../../../parts/button.tsx';
import { DataTable, type Column } from '../../../parts/data-table.tsx';
import { ConfirmDialog } from '../../../parts/dialog.tsx';
import { Empty } from '../../../parts/page.tsx';
import { actsColumn, RowMenu } from '../../../parts/row-menu.tsx';
import { Ago, Day, useNow } from '../../../parts/time.tsx';
import { tell } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';
import { summaryOf } from '../permissions/permissions.ts';
import { Tab } from '../tab.tsx';
import { ApiKeyForm } from './api-key-form.tsx';
import { NewToken } from './new-token.tsx';

const words = texts.apiKeys;

type Doing =
  | { readonly kind: 'create' }
  | { readonly kind: 'change'; readonly key: ApiKey }
  | { readonly kind: 'revoke'; readonly key: ApiKey }
  | { readonly kind: 'made'; readonly key: ApiKeyWithToken };

export function ApiKeysTab() {
  const may = useMay();
  const queries = useQueryClient();
  const keys = useQuery(apiKeysQuery);
  const [doing, setDoing] = useState<Doing>();
  const stop = () => setDoing(undefined);
  const create = (
    <Button kind="primary" icon={<Plus aria-hidden size={14} />} onClick={() => setDoing({ kind: 'create' })}>
      {words.create}
    </Button>
  );
  const mayAdd = may('APIKEYS:ADD');
  const menu = (key: ApiKey) => (
    <RowMenu
      name={key.name}
      actions={[
        ...(may('APIKEYS:EDIT')
          ? [{ label: words.change, act: () => setDoing({ kind: 'change', key }) }]
          : []),
        ...(may('APIKEYS:REMOVE')
          ? [{ label: words.revoke, danger: true, act: () => setDoing({ kind: 'revoke', key }) }]
          : []),
      ]}
    />
  );
  return (
    <Tab name="api-keys" lead={words.lead} actions={mayAdd ? create : undefined}>
      <Asked query={keys}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={words.empty} action={mayAdd ? create : undefined}>
              {words.emptyLead}
            </Empty>
          ) : (
            <DataTable
              label={texts.settings.tabs['api-keys']}
              columns={[...columns, actsColumn(menu)]}
              rows={rows}
              idOf={({ id }) => id}
            />
          )
        }
      </Asked>
      {doing?.kind === 'create' && (
        <ApiKeyForm close={stop} made={(key) => setDoing({ kind: 'made', key })} />
      )}
      {doing?.kind === 'change' && <ApiKeyForm key={doing.key.id} current={doing.key} close={stop} />}
      {doing?.kind === 'made' && <NewToken apiKey={doing.key} close={stop} />}
      {doing?.kind === 'revoke' && (
        <ConfirmDialog
          open
          close={stop}
          title={words.revokeOf(doing.key.name)}
          confirm={words.revokeConfirm}
          act={async () => {
            await revokeApiKey(doing.key.id);
            tell(words.wasRevoked(doing.key.name));
            await queries.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
          }}
        >
          {words.revokeEffect(`${doing.key.prefix}…`)}
        </ConfirmDialog>
      )}
    </Tab>
  );
}

const columns: readonly Column<ApiKey>[] = [
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
    id: 'token',
    header: words.token,
    className: 'w-36 max-lg:hidden',
    cell: ({ prefix }) => <code className="text-xs text-quiet">{prefix}…</code>,
  },
  {
    id: 'permissions',
    header: words.permissions,
    className: 'max-md:hidden',
    cell: ({ permissions }) => (
      <span title={summaryOf(permissions)} className="text-quiet">
        {summaryOf(permissions)}
      </span>
    ),
  },
  {
    id: 'expires',
    header: words.expires,
    className: 'w-32',
    cell: ({ expiresAt }) => <Expiry at={expiresAt} />,
  },
  {
    id: 'created',
    header: words.created,
    className: 'w-28 max-lg:hidden',
    cell: ({ createdAt }) => <Ago at={createdAt} />,
  },
];

function Expiry({ at }: { readonly at: string | null }) {
  const now = useNow(60_000);
  if (at === null) return <span className="text-quiet">{words.never}</span>;
  if (Date.parse(at) <= now) return <Badge tone="bad">{words.expired}</Badge>;
  return <Day at={at} />;
}
