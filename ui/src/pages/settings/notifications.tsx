// Who is told by mail when webhooks fail, of what, and whether mails leave at all.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { notificationsQuery, sendTestMail, type Notifications, type TestMail } from '../../api/system.ts';
import { Asked } from '../../parts/asked.tsx';
import { Button } from '../../parts/button.tsx';
import { Card, Facts } from '../../parts/page.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { DialectBadge } from '../../parts/states.tsx';
import { useSubmit } from '../../parts/form.tsx';
import * as texts from '../../texts/texts.ts';
import { Tab } from './tab.tsx';

const words = texts.notifications;

export function NotificationsTab() {
  const notifications = useQuery(notificationsQuery);
  return (
    <Tab name="notifications" lead={words.lead}>
      <Asked query={notifications}>
        {({ mail, recipients, ownAddress, notices }) => (
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <Card title={words.sending}>
              {mail === null ? (
                <>
                  <p className="font-medium">{words.none}</p>
                  <p className="text-quiet">{words.noneLead}</p>
                </>
              ) : (
                <div className="flex flex-col gap-4">
                  <Facts
                    facts={[
                      [words.server, mail.server ?? words.hidden],
                      [words.from, mail.from],
                    ]}
                  />
                  <TryMail address={ownAddress} />
                </div>
              )}
            </Card>
            <Card title={words.recipients}>
              {recipients.length === 0 ? (
                <p>{words.noRecipients}</p>
              ) : (
                <ul className="flex flex-col gap-1 break-words">
                  {recipients.map((address) => (
                    <li key={address}>{address}</li>
                  ))}
                </ul>
              )}
              <p className="mt-3 text-xs text-quiet">{words.recipientsLead}</p>
            </Card>
            <Card title={words.notices} className="lg:col-span-2">
              <ul className="flex flex-col gap-4">
                {[...Map.groupBy(notices, ({ of }) => of.join())].map(([of, alike]) => (
                  <Notice key={of} alike={alike} />
                ))}
              </ul>
            </Card>
          </div>
        )}
      </Asked>
    </Tab>
  );
}

/** Of dialects whose mails tell the same. */
function Notice({ alike }: { readonly alike: Notifications['notices'] }) {
  const of = alike[0]?.of ?? [];
  return (
    <li className="grid gap-x-6 gap-y-1 sm:grid-cols-[16rem_1fr]">
      <span className="flex flex-wrap content-start gap-1">
        {alike.map(({ dialect }) => (
          <DialectBadge key={dialect} dialect={dialect} />
        ))}
      </span>
      <ul className="flex list-disc flex-col gap-0.5 pl-4">
        {of.map((one) => (
          <li key={one}>{words.of[one]}</li>
        ))}
      </ul>
    </li>
  );
}

function TryMail({ address }: { readonly address: string | null }) {
  const [answer, setAnswer] = useState<TestMail>();
  const { busy, error, onSubmit } = useSubmit(async () => {
    setAnswer(undefined);
    setAnswer(await sendTestMail());
  });
  if (address === null) return <p className="text-quiet">{words.testNobody}</p>;
  return (
    <form onSubmit={onSubmit} className="flex flex-col items-start gap-2">
      <Button type="submit" busy={busy}>
        {words.test}
      </Button>
      <p className="text-xs text-quiet">{words.testLead(address)}</p>
      {error !== undefined && <ProblemNote error={error} />}
      <div role="status">
        {answer?.outcome === 'sent' && (
          <p className="rounded-md bg-good-soft px-3 py-2 text-good">{words.sent(answer.to)}</p>
        )}
        {answer?.outcome === 'failed' && (
          <p className="rounded-md bg-bad-soft px-3 py-2 break-words text-bad">
            <span className="font-semibold">{words.failed}</span> {answer.detail}
          </p>
        )}
      </div>
    </form>
  );
}
