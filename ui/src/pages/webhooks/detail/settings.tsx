// A webhook's settings: changed in a form, saved for the version that was seen, and guarded against getting lost.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useRef, useState, type FormEvent } from 'react';
import { Problem } from '../../../api/call.ts';
import { useMay } from '../../../api/session.ts';
import { updateWebhook, versionedWebhookQuery, type VersionedWebhook } from '../../../api/webhooks.ts';
import { Button } from '../../../parts/button.tsx';
import { Empty } from '../../../parts/page.tsx';
import { tell } from '../../../parts/toasts.tsx';
import * as texts from '../../../texts/texts.ts';
import { draftOf, patchOf, rebased, type Draft } from '../form/draft.ts';
import { draftProblem } from '../form/draft-problem.ts';
import { aboutIn, standing } from '../form/form-part.ts';
import { FormProblem, useFirstWrong, WebhookForm } from '../form/webhook-form.tsx';
import { LeaveDialog } from '../leave-dialog.tsx';
import { ConflictNotice } from './conflict-notice.tsx';
import { useWebhook } from './use-webhook.ts';

export function SettingsTab() {
  const stored = useWebhook();
  const may = useMay();
  if (!may('WEBHOOKS:EDIT')) {
    return <Empty title={texts.shell.forbidden}>{texts.shell.forbiddenLead('WEBHOOKS:EDIT')}</Empty>;
  }
  return <Settings key={stored.webhook.id} stored={stored} />;
}

/** `stored` follows the server; `base` is the version that the person has been changing. */
function Settings({ stored }: { readonly stored: VersionedWebhook }) {
  const words = texts.webhookForm;
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [base, setBase] = useState(stored);
  const [draft, setDraft] = useState(() => draftOf(stored.webhook));
  const patch = patchOf(draft, base.webhook);
  // What can't be sent as it stands changes nothing yet, and must not get lost.
  const dirty = Object.keys(patch).length > 0 || draftProblem(draft, base.webhook) !== undefined;
  const outdated = stored.etag !== base.etag;

  const startFrom = (version: VersionedWebhook) => {
    setBase(version);
    setDraft(draftOf(version.webhook));
  };
  if (outdated && !dirty) startFrom(stored);

  const query = versionedWebhookQuery(stored.webhook.id);
  const save = useMutation({
    mutationFn: async (sent: Draft) => {
      const problem = draftProblem(sent, base.webhook);
      if (problem !== undefined) throw problem;
      return updateWebhook(base, patchOf(sent, base.webhook));
    },
    onSuccess: (saved) => {
      queries.setQueryData(query.queryKey, saved);
      startFrom(saved);
      void queries.invalidateQueries({ queryKey: ['webhooks', 'list'] });
      void queries.invalidateQueries({ queryKey: ['webhooks', 'audit'] });
      tell(words.saved(saved.webhook.name));
    },
    onError: (error) => {
      if (isConflict(error)) void queries.invalidateQueries({ queryKey: query.queryKey });
    },
  });
  const leaving = useBlocker({
    shouldBlockFn: () => dirty,
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  // The notice tells of a conflict what the refusal can't: what changed, and what to do.
  const error = save.isError && !isConflict(save.error) ? save.error : undefined;
  useFirstWrong(form, error);
  const wrong = standing(error, save.variables, draft);

  return (
    <form
      ref={form}
      noValidate
      className="flex max-w-3xl flex-col gap-5"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (dirty && !outdated) save.mutate(draft);
      }}
    >
      {outdated && (
        <ConflictNotice
          before={base.webhook}
          after={stored.webhook}
          mine={draft}
          takeTheirs={() => {
            save.reset();
            startFrom(stored);
          }}
          keepMine={() => {
            save.reset();
            setDraft(rebased(draft, base.webhook, stored.webhook));
            setBase(stored);
          }}
        />
      )}
      <WebhookForm
        dialect={base.webhook.dialect}
        draft={draft}
        set={(change) => setDraft((before) => ({ ...before, ...change }))}
        about={aboutIn(wrong)}
        stored={base.webhook}
      />
      <FormProblem error={wrong} />
      {dirty && (
        <div
          role="region"
          aria-label={words.unsaved}
          className="sticky bottom-4 z-20 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-accent bg-raised px-4 py-2.5 shadow-lg"
        >
          <p className="grow font-medium">{words.unsaved}</p>
          <div className="flex gap-2">
            <Button
              onClick={() => {
                save.reset();
                startFrom(stored);
              }}
            >
              {texts.common.discard}
            </Button>
            <Button type="submit" kind="primary" busy={save.isPending} disabled={outdated}>
              {texts.common.save}
            </Button>
          </div>
        </div>
      )}
      <LeaveDialog leaving={leaving} />
    </form>
  );
}

function isConflict(error: unknown): boolean {
  return error instanceof Problem && error.status === 412;
}
