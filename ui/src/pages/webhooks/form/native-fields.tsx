// The fields of a native webhook. How it signs is chosen when it is created.

import { Card } from '../../../parts/page.tsx';
import { SelectField, TextField } from '../../../parts/field.tsx';
import * as texts from '../../../texts/texts.ts';
import { ActiveField } from './active-field.tsx';
import type { Draft } from './draft.ts';
import { EventField } from './event-field.tsx';
import type { FormPart } from './form-part.ts';
import { UrlField, UrlTest } from './url-field.tsx';

export function NativeFields(part: FormPart) {
  const words = texts.webhookForm.native;
  const { draft, set, about, stored } = part;
  return (
    <>
      <Card title={words.endpoint}>
        <div className="flex flex-col gap-4">
          <TextField
            label={words.name}
            placeholder={words.nameExample}
            maxLength={255}
            value={draft.name}
            error={about('/name')}
            onChange={({ target }) => set({ name: target.value })}
          />
          <UrlField {...part} label={words.url} />
          <UrlTest {...part} label={texts.webhookForm.check.test} />
          <ActiveField {...part} />
        </div>
      </Card>
      <Card title={words.events}>
        <EventField {...part} label={words.eventTypes} />
      </Card>
      {stored === undefined && (
        <Card title={words.signing}>
          <SigningChoice {...part} />
        </Card>
      )}
    </>
  );
}

function SigningChoice({ draft, set, about }: FormPart) {
  const words = texts.webhookForm.native;
  const byMessage = draft.scheme === 'http-message-signature';
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <SelectField
        label={words.scheme}
        hint={words.schemeHint[draft.scheme]}
        value={draft.scheme}
        onChange={({ target }) => set({ scheme: target.value as Draft['scheme'] })}
        choices={[
          { value: 'standard-webhooks', label: texts.signing.schemes['standard-webhooks'] },
          { value: 'http-message-signature', label: texts.signing.schemes['http-message-signature'] },
        ]}
      />
      {byMessage && (
        <SelectField
          label={words.algorithm}
          hint={words.algorithmHint}
          value={draft.algorithm}
          onChange={({ target }) => set({ algorithm: target.value as Draft['algorithm'] })}
          choices={Object.entries(texts.signing.algorithms).map(([value, label]) => ({ value, label }))}
        />
      )}
      {(!byMessage || draft.algorithm === 'hmac-sha256') && (
        <TextField
          label={words.secret}
          hint={words.secretHint}
          placeholder={words.secretPlace}
          value={draft.ownSecret}
          error={about('/signing/secret')}
          onChange={({ target }) => set({ ownSecret: target.value })}
        />
      )}
    </div>
  );
}
