// The portal links of a tenant that are running: made, and ended before their time.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import {
  endPortalLink,
  portalLinksQuery,
  type PortalLink,
  type PortalLinkWithUrl,
} from '../../../api/portal-links.ts';
import { useMay, useSession } from '../../../api/session.ts';
import { tenantsQuery } from '../../../api/tenants.ts';
import { Asked } from '../../../parts/asked.tsx';
import { Button } from '../../../parts/button.tsx';
import { Code } from '../../../parts/copy.tsx';
import { DataTable, type Column } from '../../../parts/data-table.tsx';
import { ConfirmDialog } from '../../../parts/dialog.tsx';
import { FilterSelect } from '../../../parts/field.tsx';
import { Empty } from '../../../parts/page.tsx';
import { actsColumn } from '../../../parts/row-menu.tsx';
import { Countdown } from '../../../parts/time.tsx';
import { tell } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';
import { summaryOf } from '../permissions/permissions.ts';
import { Tab } from '../tab.tsx';
import { NewPortalLink } from './new-portal-link.tsx';
import { PortalLinkMade } from './portal-link-made.tsx';
import { linkByApi } from './snippets.ts';

const route = getRouteApi('/shell/settings/portal');
const words = texts.portalLinks;

type Doing =
  | { readonly kind: 'create' }
  | { readonly kind: 'made'; readonly link: PortalLinkWithUrl }
  | { readonly kind: 'end'; readonly link: PortalLink };

export function PortalTab() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const session = useSession();
  const queries = useQueryClient();
  const [doing, setDoing] = useState<Doing>();
  const tenants = useQuery({ ...tenantsQuery, enabled: may('TENANTS:VIEW') });
  const tenantId = search.tenant ?? session.tenant.id;
  const links = useQuery(portalLinksQuery(tenantId));
  const known = tenants.data ?? [session.tenant];
  // In another tenant than the one that they act in, only who may change tenants does anything.
  const mayHere = tenantId === session.tenant.id || may('TENANTS:EDIT');
  const mayAdd = mayHere && may('PORTALLINKS:ADD');
  const stop = () => setDoing(undefined);
  const create = (
    <Button kind="primary" icon={<Plus aria-hidden size={14} />} onClick={() => setDoing({ kind: 'create' })}>
      {words.create}
    </Button>
  );
  const end = (link: PortalLink) => (
    <Button
      kind="danger"
      aria-label={words.endOf(titleOf(link))}
      onClick={() => setDoing({ kind: 'end', link })}
    >
      {words.end}
    </Button>
  );
  return (
    <Tab name="portal" lead={words.lead} actions={mayAdd && create}>
      {known.length > 1 && (
        <div>
          <FilterSelect
            label={words.tenant}
            value={tenantId}
            onChange={({ target }) => void navigate({ search: { tenant: target.value }, replace: true })}
            choices={known.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </div>
      )}
      <Asked query={links}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={words.empty} action={mayAdd ? create : undefined}>
              <p>{words.emptyLead}</p>
              <div className="mt-3 text-left">
                <Code label={words.byApi} text={linkByApi({ tenantId })} />
              </div>
            </Empty>
          ) : (
            <DataTable
              label={texts.settings.tabs.portal}
              columns={mayHere && may('PORTALLINKS:REMOVE') ? [...columns, actsColumn(end, 'w-24')] : columns}
              rows={rows}
              idOf={({ id }) => id}
            />
          )
        }
      </Asked>
      {doing?.kind === 'create' && (
        <NewPortalLink
          tenants={may('TENANTS:EDIT') ? known : known.filter(({ id }) => id === session.tenant.id)}
          tenantId={tenantId}
          close={stop}
          made={(link, of) => {
            setDoing({ kind: 'made', link });
            void navigate({ search: { tenant: of }, replace: true });
          }}
        />
      )}
      {doing?.kind === 'made' && <PortalLinkMade link={doing.link} tenantId={tenantId} close={stop} />}
      {doing?.kind === 'end' && (
        <ConfirmDialog
          open
          close={stop}
          title={words.endOf(titleOf(doing.link))}
          confirm={words.endConfirm}
          act={async () => {
            await endPortalLink(tenantId, doing.link.id);
            tell(words.wasEnded);
            await queries.invalidateQueries({ queryKey: ['portal-links'] });
          }}
        >
          {words.endEffect}
        </ConfirmDialog>
      )}
    </Tab>
  );
}

const columns: readonly Column<PortalLink>[] = [
  {
    id: 'title',
    header: words.title,
    className: 'w-[28%] max-md:w-auto',
    cell: ({ title, accentColor, id }) => (
      <span className="flex items-center gap-2">
        {accentColor !== null && (
          <span
            aria-hidden
            className="size-3 shrink-0 rounded-full border border-line"
            style={{ backgroundColor: accentColor }}
          />
        )}
        <span className="truncate font-medium" title={id}>
          {title ?? <span className="text-quiet">{words.untitled}</span>}
        </span>
      </span>
    ),
  },
  {
    id: 'permissions',
    header: words.permissions,
    className: 'max-lg:hidden',
    cell: ({ permissions }) => (
      <span className="text-quiet" title={summaryOf(permissions)}>
        {summaryOf(permissions)}
      </span>
    ),
  },
  {
    id: 'origins',
    header: words.origins,
    className: 'w-[26%] max-md:hidden',
    cell: ({ allowedOrigins }) => (
      <span className="text-quiet" title={allowedOrigins.join('\n')}>
        {allowedOrigins.length === 0 ? words.noOrigins : allowedOrigins.join(', ')}
      </span>
    ),
  },
  {
    id: 'expires',
    header: words.expires,
    className: 'w-40',
    cell: ({ expiresAt }) => <Countdown until={expiresAt} />,
  },
];

function titleOf({ title, id }: PortalLink): string {
  return title === null ? id : `“${title}”`;
}
