// The fields of an Entrust webhook, and how many active ones an account may have.

import { TextField } from '../../../parts/field.tsx';
import { Card } from '../../../parts/page.tsx';
import * as texts from '../../../texts/texts.ts';
import { ActiveCount } from './active-count.tsx';
import { ActiveField } from './active-field.tsx';
import { EventField } from './event-field.tsx';
import type { FormPart } from './form-part.ts';
import { UrlField, UrlTest } from './url-field.tsx';

export function EntrustFields(part: FormPart) {
  const words = texts.webhookForm.entrust;
  const { draft, set, about } = part;
  return (
    <Card title={words.webhook} actions={<ActiveCount dialect="entrust" />}>
      <div className="flex flex-col gap-4">
        <TextField
          label={words.name}
          hint={words.nameHint}
          value={draft.name}
          error={about('/name')}
          onChange={({ target }) => set({ name: target.value })}
        />
        <UrlField {...part} label={words.callbackUrl} />
        <UrlTest {...part} label={texts.webhookForm.check.test} />
        <EventField {...part} label={words.events} />
        <TextField
          label={words.expiryDays}
          hint={words.expiryHint}
          inputMode="numeric"
          value={draft.expiryDays}
          error={about('/dialectSettings/expiryDays')}
          onChange={({ target }) => set({ expiryDays: target.value })}
        />
        <ActiveField {...part} />
      </div>
    </Card>
  );
}
