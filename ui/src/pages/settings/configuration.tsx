// Every setting with its value, where that comes from and what it means.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useRef } from 'react';
import { configurationQuery, type Setting } from '../../api/system.ts';
import { useKeys } from '../../app/keys.tsx';
import { Asked } from '../../parts/asked.tsx';
import { Badge } from '../../parts/badge.tsx';
import { CopyButton } from '../../parts/copy.tsx';
import { FilterSelect, SearchField } from '../../parts/field.tsx';
import { Card, Empty } from '../../parts/page.tsx';
import * as texts from '../../texts/texts.ts';
import { HelpText } from './help-text.tsx';
import { Tab } from './tab.tsx';

const route = getRouteApi('/shell/settings/configuration');
const words = texts.configuration;

export function ConfigurationTab() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const configuration = useQuery(configurationQuery);
  useKeys([{ key: '/', label: texts.common.search, act: () => field.current?.focus() }]);
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (current) => ({ ...current, ...next }), replace: true });
  return (
    <Tab name="configuration" lead={words.lead}>
      <div className="flex flex-wrap gap-2">
        <SearchField
          ref={field}
          label={words.search}
          value={search.q ?? ''}
          onChange={({ target }) => change({ q: target.value })}
        />
        <FilterSelect
          label={words.which}
          value={search.which ?? ''}
          onChange={({ target }) => change({ which: target.value })}
          choices={[
            { value: '', label: words.all },
            { value: 'changed', label: words.changed },
          ]}
        />
      </div>
      <Asked query={configuration} lines={12}>
        {(all) => {
          const groups = [
            ...Map.groupBy(
              all.filter((one) => isFound(one, search)),
              ({ group }) => group,
            ),
          ];
          return groups.length === 0 ? (
            <Empty title={words.empty}>{words.emptyLead}</Empty>
          ) : (
            groups.map(([group, settings]) => (
              <Card key={group} title={group}>
                <ul className="-my-3 divide-y divide-line">
                  {settings.map((setting) => (
                    <SettingRow key={setting.name} setting={setting} />
                  ))}
                </ul>
              </Card>
            ))
          );
        }}
      </Asked>
    </Tab>
  );
}

function SettingRow({
  setting: { name, value, origin, secret, help, whenUnset },
}: {
  readonly setting: Setting;
}) {
  return (
    <li className="grid gap-x-6 gap-y-1 py-3 lg:grid-cols-[minmax(0,22rem)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-1">
        <span className="flex min-w-0 items-center gap-1">
          <code className="min-w-0 text-xs font-semibold break-all">{name}</code>
          <CopyButton text={name} label={`${texts.common.copy} ${name}`} />
        </span>
        <span className="flex flex-wrap gap-1">
          <Badge tone={origin === 'default' ? 'quiet' : 'accent'}>{words.origins[origin]}</Badge>
          {secret && value?.includes('****') === true && <Badge>{words.masked}</Badge>}
        </span>
      </div>
      <div className="min-w-0">
        {value === null ? (
          <p className="text-quiet">
            {words.unset}
            {whenUnset !== null && (
              <>
                : <HelpText text={whenUnset} />
              </>
            )}
          </p>
        ) : (
          <p>
            <code className="text-xs break-all">{value}</code>
          </p>
        )}
        <p className="mt-1 max-w-prose text-quiet">
          <HelpText text={help} />
        </p>
      </div>
    </li>
  );
}

function isFound(
  { name, value, help, origin }: Setting,
  { q = '', which }: { readonly q?: string; readonly which?: string },
): boolean {
  const text = q.trim().toLowerCase();
  return (
    (which !== 'changed' || origin !== 'default') &&
    `${name} ${value ?? ''} ${help}`.toLowerCase().includes(text)
  );
}
