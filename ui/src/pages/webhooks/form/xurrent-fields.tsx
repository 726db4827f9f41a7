// The fields of a Xurrent webhook: one event, a policy that signs, and who hears of failures.

import { Checkbox, TextField } from '../../../parts/field.tsx';
import { Card } from '../../../parts/page.tsx';
import * as texts from '../../../texts/texts.ts';
import { ActiveField } from './active-field.tsx';
import { EventField } from './event-field.tsx';
import type { FormPart } from './form-part.ts';
import { PolicyField } from './policy-field.tsx';
import { UrlField, UrlTest } from './url-field.tsx';

export function XurrentFields(part: FormPart) {
  const words = texts.webhookForm.xurrent;
  const { draft, set, about } = part;
  return (
    <>
      <Card title={words.webhook}>
        <div className="flex flex-col gap-4">
          <TextField
            label={words.name}
            value={draft.name}
            error={about('/name')}
            onChange={({ target }) => set({ name: target.value })}
          />
          <EventField {...part} label={words.event} />
          <UrlField {...part} label={words.uri} hint={words.uriHint} />
          <UrlTest {...part} label={texts.webhookForm.check.test} />
          <ActiveField {...part} />
        </div>
      </Card>
      <Card title={words.signing}>
        <div className="flex flex-col gap-4">
          <PolicyField {...part} />
          <Checkbox
            label={words.discovery}
            hint={words.discoveryHint}
            checked={draft.openidConnectDiscovery}
            onChange={({ target }) => set({ openidConnectDiscovery: target.checked })}
          />
        </div>
      </Card>
      <Card title={words.more}>
        <div className="flex flex-col gap-4">
          <TextField
            label={words.mail}
            hint={words.mailHint}
            placeholder="ops@example.com"
            value={draft.mailExceptionsTo}
            error={about('/dialectSettings/mailExceptionsTo')}
            onChange={({ target }) => set({ mailExceptionsTo: target.value })}
          />
          <TextField
            label={words.offerings}
            hint={words.offeringsHint}
            value={draft.appOfferingReferences}
            error={about('/dialectSettings/appOfferingReferences')}
            onChange={({ target }) => set({ appOfferingReferences: target.value })}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label={words.source}
              hint={words.sourceHint}
              value={draft.source}
              error={about('/dialectSettings/source')}
              onChange={({ target }) => set({ source: target.value })}
            />
            <TextField
              label={words.sourceId}
              value={draft.sourceID}
              error={about('/dialectSettings/sourceID')}
              onChange={({ target }) => set({ sourceID: target.value })}
            />
          </div>
        </div>
      </Card>
    </>
  );
}
