// A key that is made or changed: whose it is, for how long it is good, and what it may do.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  apiKeysQuery,
  changeApiKey,
  createApiKey,
  type ApiKey,
  type ApiKeyWithToken,
} from '../../../api/api-keys.ts';
import { useMay, useSession } from '../../../api/session.ts';
import { TextField } from '../../../parts/field.tsx';
import { FormDialog } from '../../../parts/form.tsx';
import { tell } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';
import { ChoosePermissions, type Preset, type PresetChoice } from '../permissions/preset-choice.tsx';
import { ExpiryField, expiryOf, type ExpiryDraft } from './expiry-field.tsx';

const words = texts.apiKeys;

/** Without `current`, of a new key. */
export function ApiKeyForm({
  current,
  close,
  made,
}: {
  readonly current?: ApiKey;
  readonly close: () => void;
  readonly made?: (key: ApiKeyWithToken) => void;
}) {
  const queries = useQueryClient();
  const may = useMay();
  const presets = usePresets();
  const [name, setName] = useState(current?.name ?? '');
  const [expiry, setExpiry] = useState<ExpiryDraft>({
    choice: typeof current?.expiresAt === 'string' ? 'keep' : 'never',
    day: '',
  });
  const [choice, setChoice] = useState<PresetChoice>(
    current === undefined
      ? { preset: presets[0]?.name ?? 'custom', permissions: presets[0]?.permissions ?? [] }
      : { preset: 'custom', permissions: current.permissions },
  );

  const save = async () => {
    const { permissions } = choice;
    const expiresAt = expiryOf(expiry, Date.now());
    const body = {
      name: name.trim(),
      permissions: [...permissions],
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    if (current === undefined) {
      made?.(await createApiKey(body));
    } else {
      await changeApiKey(current.id, body);
      tell(words.wasChanged(body.name));
      close();
    }
    await queries.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
  };

  return (
    <FormDialog
      wide
      title={current === undefined ? words.create : words.changeOf(current.name)}
      confirm={current === undefined ? words.createConfirm : words.save}
      close={close}
      act={save}
      places={['/name', '/expiresAt']}
    >
      {(problem) => (
        <>
          <TextField
            label={words.name}
            hint={words.nameHint}
            required
            autoFocus
            value={name}
            onChange={({ target }) => setName(target.value)}
            error={problem?.about('/name')}
          />
          <ExpiryField
            current={current?.expiresAt}
            value={expiry}
            choose={setExpiry}
            error={problem?.about('/expiresAt')}
          />
          <ChoosePermissions presets={presets} value={choice} choose={setChoice} offered={may} />
        </>
      )}
    </FormDialog>
  );
}

/** The usual sets, of what the person may give. */
function usePresets(): readonly Preset[] {
  const { permissions } = useSession();
  const presets: readonly Preset[] = [
    { name: 'publish', permissions: permissions.filter((one) => one === 'EVENTS:ADD') },
    { name: 'read', permissions: permissions.filter((one) => one.endsWith(':VIEW')) },
    { name: 'everything', permissions },
  ];
  return presets.filter((preset) => preset.permissions.length > 0);
}
