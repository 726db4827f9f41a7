// A new webhook in three steps: the dialect, the form, and what is told only once.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useBlocker } from '@tanstack/react-router';
import { useRef, useState, type FormEvent } from 'react';
import { useMay } from '../../api/session.ts';
import type { Webhook, WebhookWithSecret } from '../../api/types.ts';
import { createWebhook } from '../../api/webhooks.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { Empty, Page } from '../../parts/page.tsx';
import * as texts from '../../texts/texts.ts';
import { Created } from './created.tsx';
import { DialectChoice, dialects } from './dialect-choice.tsx';
import { bodyOf, emptyDraft, type Draft } from './form/draft.ts';
import { draftProblem } from './form/draft-problem.ts';
import { aboutIn, standing } from './form/form-part.ts';
import { FormProblem, useFirstWrong, WebhookForm } from './form/webhook-form.tsx';
import { LeaveDialog } from './leave-dialog.tsx';

const route = getRouteApi('/shell/webhooks/new');
const words = texts.createWebhook;

export function CreateWebhookPage() {
  const search = route.useSearch();
  const may = useMay();
  const [created, setCreated] = useState<WebhookWithSecret | undefined>(undefined);
  const dialect = dialects.find((one) => one === search.dialect);
  if (!may('WEBHOOKS:ADD')) {
    return (
      <Page title={words.title}>
        <Empty title={texts.shell.forbidden}>{texts.shell.forbiddenLead('WEBHOOKS:ADD')}</Empty>
      </Page>
    );
  }
  if (created !== undefined) return <Created webhook={created} />;
  return (
    <Page title={dialect === undefined ? words.title : words.titleOf(texts.states.dialect[dialect])}>
      {dialect === undefined ? (
        <DialectChoice />
      ) : (
        <NewWebhook key={dialect} dialect={dialect} done={setCreated} />
      )}
    </Page>
  );
}

function NewWebhook({
  dialect,
  done,
}: {
  readonly dialect: Webhook['dialect'];
  readonly done: (webhook: WebhookWithSecret) => void;
}) {
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(emptyDraft);
  const create = useMutation({
    mutationFn: async (sent: Draft) => {
      const problem = draftProblem(sent);
      if (problem !== undefined) throw problem;
      return createWebhook(bodyOf(sent, dialect));
    },
    onSuccess: (webhook) => {
      void queries.invalidateQueries({ queryKey: ['webhooks'] });
      done(webhook);
    },
  });
  const leaving = useBlocker({
    shouldBlockFn: () => draft !== emptyDraft && !create.isSuccess,
    enableBeforeUnload: () => draft !== emptyDraft && !create.isSuccess,
    withResolver: true,
  });
  const error = create.isError ? create.error : undefined;
  useFirstWrong(form, error);
  const wrong = standing(error, create.variables, draft);
  return (
    <form
      ref={form}
      noValidate
      className="flex max-w-3xl flex-col gap-5"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        create.mutate(draft);
      }}
    >
      <WebhookForm
        dialect={dialect}
        draft={draft}
        set={(change) => setDraft((before) => ({ ...before, ...change }))}
        about={aboutIn(wrong)}
        stored={undefined}
      />
      <FormProblem error={wrong} />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" kind="primary" busy={create.isPending}>
          {texts.webhooks.create}
        </Button>
        <LinkButton to="/webhooks/new" search={{}} kind="quiet">
          {words.otherDialect}
        </LinkButton>
      </div>
      <LeaveDialog leaving={leaving} />
    </form>
  );
}
