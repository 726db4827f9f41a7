// Sends the webhook's receiver a test now, and shows what was sent and what came back.

import { useMutation } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useMay } from '../../../api/session.ts';
import { testWebhook } from '../../../api/webhooks.ts';
import { Button } from '../../../parts/button.tsx';
import { AttemptView } from '../../../parts/attempt/attempt.tsx';
import { Card, Empty } from '../../../parts/page.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import * as texts from '../../../texts/texts.ts';
import { useWebhook } from './use-webhook.ts';

const words = texts.webhook.test;

export function TestTab() {
  const { webhook } = useWebhook();
  const may = useMay();
  const test = useMutation({ mutationFn: () => testWebhook(webhook.id) });
  if (!may('WEBHOOKS:EDIT')) {
    return <Empty title={texts.shell.forbidden}>{texts.shell.forbiddenLead('WEBHOOKS:EDIT')}</Empty>;
  }
  return (
    <div className="flex flex-col gap-5">
      <Card title={words.title}>
        <div className="flex flex-col items-start gap-3">
          <p className="max-w-prose text-quiet">{words.lead[webhook.dialect]}</p>
          <Button
            kind="primary"
            busy={test.isPending}
            icon={<Send aria-hidden size={14} />}
            onClick={() => test.mutate()}
          >
            {test.isSuccess ? words.again : words.send}
          </Button>
        </div>
      </Card>
      <div aria-live="polite">
        {test.isError && <ProblemNote error={test.error} retry={() => test.mutate()} />}
        {test.isSuccess && !test.isPending && (
          <AttemptView
            attempt={test.data}
            body={test.data.requestBody}
            scheme={webhook.signing.scheme}
            opened
          />
        )}
      </div>
    </div>
  );
}
