// A new portal link: whose people it is for, how its page looks, what it allows, and for how long.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createPortalLink, type PortalLinkWithUrl } from '../../../api/portal-links.ts';
import { useMay, useSession, type Permission } from '../../../api/session.ts';
import { Checkbox, SelectField, TextArea, TextField } from '../../../parts/field.tsx';
import { FormDialog } from '../../../parts/form.tsx';
import * as texts from '../../../texts/texts.ts';
import { ChoosePermissions, type Preset, type PresetChoice } from '../permissions/preset-choice.tsx';
import { allPermissions, type Entity } from '../permissions/permissions.ts';
import { LogoField } from './logo-field.tsx';

const words = texts.portalLinks;

/** All that a link can ever be about. */
const about = ['WEBHOOKS', 'DELIVERIES', 'EVENTS', 'EVENTTYPES'] as const satisfies readonly Entity[];
const possible = allPermissions.filter((one) => about.some((entity) => one.startsWith(`${entity}:`)));
type PortalPermission = PortalLinkWithUrl['permissions'][number];

export function NewPortalLink({
  tenants,
  tenantId,
  close,
  made,
}: {
  /** For whose people they may make one. */
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
  readonly tenantId: string;
  readonly close: () => void;
  readonly made: (link: PortalLinkWithUrl, tenantId: string) => void;
}) {
  const queries = useQueryClient();
  const may = useMay();
  const presets = usePresets();
  const [tenant, setTenant] = useState(tenantId);
  const [title, setTitle] = useState('');
  const [accent, setAccent] = useState<string>();
  const [logoUrl, setLogoUrl] = useState('');
  const [origins, setOrigins] = useState('');
  const [expiresInS, setExpiresInS] = useState('3600');
  const [choice, setChoice] = useState<PresetChoice>({
    preset: presets[0]?.name ?? 'custom',
    permissions: presets[0]?.permissions ?? [],
  });

  const create = async () => {
    const link = await createPortalLink({
      tenantId: tenant,
      permissions: [...choice.permissions] as PortalPermission[],
      expiresInS: Number(expiresInS),
      title: title.trim() === '' ? null : title.trim(),
      accentColor: accent ?? null,
      logoUrl: logoUrl.trim() === '' ? null : logoUrl.trim(),
      allowedOrigins: origins.split(/\s+/).filter((one) => one !== ''),
    });
    made(link, tenant);
    await queries.invalidateQueries({ queryKey: ['portal-links'] });
  };

  return (
    <FormDialog
      wide
      title={words.create}
      confirm={words.createConfirm}
      close={close}
      act={create}
      places={['/title', '/logoUrl', '/allowedOrigins']}
    >
      {(problem) => (
        <>
          <div className="grid gap-4 sm:grid-cols-2">
            {tenants.length > 1 && (
              <SelectField
                label={words.tenant}
                value={tenant}
                onChange={({ target }) => setTenant(target.value)}
                choices={tenants.map(({ id, name }) => ({ value: id, label: name }))}
              />
            )}
            <SelectField
              label={words.expiresIn}
              value={expiresInS}
              onChange={({ target }) => setExpiresInS(target.value)}
              choices={Object.entries(words.lengths).map(([value, label]) => ({ value, label }))}
            />
            <TextField
              label={words.title}
              hint={words.titleHint}
              maxLength={80}
              value={title}
              onChange={({ target }) => setTitle(target.value)}
              error={problem?.about('/title')}
            />
            <div className="flex flex-col gap-2">
              <Checkbox
                label={words.ownAccent}
                checked={accent !== undefined}
                onChange={({ target }) => setAccent(target.checked ? '#4f46e5' : undefined)}
              />
              {accent !== undefined && (
                <input
                  type="color"
                  aria-label={words.accent}
                  value={accent}
                  onChange={({ target }) => setAccent(target.value)}
                  className="h-8 w-16 rounded-md border border-line-strong/60 bg-surface p-0.5"
                />
              )}
            </div>
          </div>
          <LogoField value={logoUrl} choose={setLogoUrl} error={problem?.about('/logoUrl')} />
          <TextArea
            label={words.origins}
            hint={words.originsHint}
            rows={2}
            className="font-mono text-xs"
            value={origins}
            onChange={({ target }) => setOrigins(target.value)}
            error={problem?.about('/allowedOrigins')}
          />
          <ChoosePermissions
            presets={presets}
            value={choice}
            choose={setChoice}
            offered={may}
            about={about}
          />
        </>
      )}
    </FormDialog>
  );
}

/** What people of a tenant usually need, of what the person may give. */
function usePresets(): readonly Preset[] {
  const { permissions } = useSession();
  const offered = (wanted: (permission: Permission) => boolean) =>
    possible.filter((one) => permissions.includes(one) && wanted(one));
  const presets: readonly Preset[] = [
    { name: 'portal', permissions: offered((one) => /^(WEBHOOKS|DELIVERIES):|:VIEW$/.test(one)) },
    { name: 'look', permissions: offered((one) => one.endsWith(':VIEW')) },
  ];
  return presets.filter((preset) => preset.permissions.length > 0);
}
