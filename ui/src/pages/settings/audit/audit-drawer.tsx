// One change: who made it, and what each member was before and is after.

import type { AuditEntry } from '../../../api/types.ts';
import { Badge } from '../../../parts/badge.tsx';
import { Button } from '../../../parts/button.tsx';
import { ChangeTable } from '../../../parts/change-table.tsx';
import { CopyableId } from '../../../parts/copy.tsx';
import { Drawer } from '../../../parts/dialog.tsx';
import { Card, Facts } from '../../../parts/page.tsx';
import { Moment } from '../../../parts/time.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.audit;

export function AuditDrawer({
  entry: { action, actor, address, at, subject, before, after },
  close,
  onlySubject,
}: {
  readonly entry: AuditEntry;
  readonly close: () => void;
  readonly onlySubject: (id: string) => void;
}) {
  return (
    <Drawer open close={close} title={words.actionOf(action)}>
      <div className="flex flex-col gap-4">
        <Card>
          <Facts
            facts={[
              [
                words.actor,
                <span key="actor" className="inline-flex flex-wrap items-center gap-2">
                  {actor.name} <Badge>{words.actorKinds[actor.kind]}</Badge>
                </span>,
              ],
              [words.address, address ?? words.ownChange],
              [words.at, <Moment key="at" at={at} />],
              [
                words.action,
                <code key="action" className="text-xs">
                  {action}
                </code>,
              ],
              [words.subject, <CopyableId key="subject" id={subject.id} />],
            ]}
          />
          <div className="mt-3">
            <Button onClick={() => onlySubject(subject.id)}>{words.onlySubject}</Button>
          </div>
        </Card>
        <Card title={texts.changes.label}>
          <ChangeTable before={before} after={after} />
        </Card>
      </div>
    </Drawer>
  );
}
