// What stands in the place of the list until there is a webhook: what one is, and two ways to the first.

import { Plus } from 'lucide-react';
import { useMay } from '../../api/session.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Code } from '../../parts/copy.tsx';
import { Empty } from '../../parts/page.tsx';
import * as texts from '../../texts/texts.ts';

export function FirstWebhook() {
  const words = texts.webhooks.first;
  const may = useMay();
  const mayCreate = may('WEBHOOKS:ADD');
  return (
    <Empty
      title={words.title}
      action={
        mayCreate && (
          <div className="flex w-full max-w-2xl min-w-0 flex-col items-center gap-4">
            <LinkButton to="/webhooks/new" kind="primary" icon={<Plus aria-hidden size={16} />}>
              {texts.webhooks.create}
            </LinkButton>
            <p className="text-quiet">{words.orShell}</p>
            <div className="w-full text-left">
              <Code text={curlOf(location.origin)} label={words.curl} />
            </div>
          </div>
        )
      }
    >
      {words.lead}
    </Empty>
  );
}

function curlOf(origin: string): string {
  return [
    `curl ${origin}/api/v1/webhooks -H "Authorization: Bearer $KEY" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"name":"Billing","url":"https://example.com/hooks","eventTypes":["invoice.*"]}'`,
  ].join('\n');
}
