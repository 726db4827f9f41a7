// Somebody else changed the webhook while it was being edited: what they changed, and whose changes are to stay.

import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Webhook } from '../../../api/types.ts';
import { Button } from '../../../parts/button.tsx';
import * as texts from '../../../texts/texts.ts';
import { changedKeys, draftOf, type Draft, type DraftKey } from '../form/draft.ts';

const words = texts.webhook.conflict;

export function ConflictNotice({
  before,
  after,
  mine,
  takeTheirs,
  keepMine,
}: {
  readonly before: Webhook;
  readonly after: Webhook;
  readonly mine: Draft;
  readonly takeTheirs: () => void;
  readonly keepMine: () => void;
}) {
  const [from, to] = [draftOf(before), draftOf(after)];
  const theirs = changedKeys(from, to);
  const own = new Set(changedKeys(from, mine));
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    notice.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div
      ref={notice}
      role="alert"
      className="flex scroll-mt-20 scroll-mb-4 flex-col gap-3 rounded-lg border border-warn/50 bg-warn-soft px-4 py-3"
    >
      <p className="flex items-center gap-2 font-semibold text-warn">
        <TriangleAlert aria-hidden size={16} /> {words.title}
      </p>
      {theirs.length === 0 ? (
        <p>{words.nothingSeen}</p>
      ) : (
        <table className="w-full table-fixed text-left">
          <thead className="text-xs text-quiet">
            <tr>
              <th scope="col" className="w-40 pb-1 font-medium max-sm:w-24">
                {words.what}
              </th>
              <th scope="col" className="pb-1 font-medium">
                {words.was}
              </th>
              <th scope="col" className="pb-1 pl-3 font-medium">
                {words.is}
              </th>
            </tr>
          </thead>
          <tbody>
            {theirs.map((key) => (
              <tr key={key} className="border-t border-warn/30 align-top">
                <th scope="row" className="py-1 pr-3 font-medium break-words">
                  {words.members[key]}
                </th>
                <td className="py-1 break-words">{told(from, key)}</td>
                <td className="py-1 pl-3 break-words">
                  {told(to, key)}
                  {own.has(key) && <span className="block text-xs text-warn">{words.youToo}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" onClick={keepMine}>
          {words.keepMine}
        </Button>
        <Button onClick={takeTheirs}>{words.takeTheirs}</Button>
      </div>
      <p className="text-xs text-quiet">{words.keepMineHint}</p>
    </div>
  );
}

/** What the form calls what is chosen from a list. */
const choices: { readonly [key in DraftKey]?: Readonly<Record<string, string>> } = {
  ordering: texts.webhookForm.delivery.orderings,
  profile: texts.webhookForm.delivery.profiles,
};

function told(draft: Draft, key: DraftKey): string {
  const value = draft[key];
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (value === '') return words.empty;
  if (typeof value === 'string') return key === 'policy' ? `#${value}` : (choices[key]?.[value] ?? value);
  const entries = value.map((one) => (typeof one === 'string' ? one : `${one.name}: ${one.value}`));
  return entries.length === 0 ? words.empty : entries.join(', ');
}
