// The fields of a Confluence webhook, in the order of Confluence's own page; then those that only its REST API has.

import { Checkbox, TextField } from '../../../parts/field.tsx';
import { Card } from '../../../parts/page.tsx';
import * as texts from '../../../texts/texts.ts';
import { ActiveField } from './active-field.tsx';
import { hasPassword } from './draft-problem.ts';
import { EventField } from './event-field.tsx';
import type { FormPart } from './form-part.ts';
import { UrlField, UrlTest } from './url-field.tsx';

export function ConfluenceFields(part: FormPart) {
  const words = texts.webhookForm.confluence;
  const { draft, set, about, stored } = part;
  return (
    <>
      <Card title={words.webhook}>
        <div className="flex flex-col gap-4">
          <TextField
            label={words.title}
            maxLength={255}
            value={draft.name}
            error={about('/name')}
            onChange={({ target }) => set({ name: target.value })}
          />
          <UrlField {...part} label={words.url} />
          <TextField
            label={words.secret}
            hint={stored !== undefined && isMask(draft.secret) ? words.secretKept : words.secretHint}
            maxLength={255}
            value={draft.secret}
            error={about('/dialectSettings/secret')}
            onChange={({ target }) => set({ secret: target.value })}
          />
          <UrlTest {...part} label={words.test} />
          <EventField {...part} label={words.events} />
          <ActiveField {...part} />
        </div>
      </Card>
      <Card title={words.rest}>
        <div className="flex flex-col gap-4">
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label={words.username}
              hint={words.credentialsHint}
              value={draft.username}
              error={about('/dialectSettings/credentials/username')}
              onChange={({ target }) => set({ username: target.value })}
            />
            <TextField
              label={words.password}
              type="password"
              autoComplete="new-password"
              {...(draft.username !== '' && hasPassword(stored) && { hint: words.passwordKept })}
              disabled={draft.username === ''}
              value={draft.password}
              error={about('/dialectSettings/credentials/password')}
              onChange={({ target }) => set({ password: target.value })}
            />
          </div>
          <Checkbox
            label={words.tls}
            hint={draft.sslVerificationRequired ? words.tlsHint : words.tlsOff}
            checked={draft.sslVerificationRequired}
            onChange={({ target }) => set({ sslVerificationRequired: target.checked })}
          />
        </div>
      </Card>
    </>
  );
}

/** What the server shows in place of a secret that is stored. */
function isMask(secret: string): boolean {
  return /^\*+$/.test(secret);
}
