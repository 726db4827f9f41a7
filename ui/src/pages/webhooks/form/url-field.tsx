// Where deliveries go, with a test of whether they would get there.

import { useMutation } from '@tanstack/react-query';
import { Check, CircleAlert, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { UrlCheck } from '../../../api/types.ts';
import { checkUrl } from '../../../api/url-checks.ts';
import { Button } from '../../../parts/button.tsx';
import { TextField } from '../../../parts/field.tsx';
import { ProblemNote } from '../../../parts/problem.tsx';
import { exact } from '../../../parts/time.tsx';
import * as texts from '../../../texts/texts.ts';
import type { FormPart } from './form-part.ts';

export function UrlField({
  draft,
  set,
  about,
  label,
  hint,
}: FormPart & { readonly label: string; readonly hint?: string }) {
  return (
    <TextField
      label={label}
      hint={hint}
      type="text"
      inputMode="url"
      spellCheck={false}
      placeholder="https://example.com/hooks"
      value={draft.url}
      error={about('/url')}
      onChange={({ target }) => set({ url: target.value })}
    />
  );
}

/** Asks the server to reach the URL as it is filled in now. */
export function UrlTest({ dialect, draft: { url }, label }: FormPart & { readonly label: string }) {
  const check = useMutation({ mutationFn: (asked: string) => checkUrl(asked, dialect) });
  // What was found out about another URL says nothing about this one.
  const isOfThis = check.variables === url.trim();
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button busy={check.isPending} disabled={url.trim() === ''} onClick={() => check.mutate(url.trim())}>
          {label}
        </Button>
        <span className="text-xs text-quiet">{texts.webhookForm.check.lead}</span>
      </div>
      <div aria-live="polite" className="*:mt-3">
        {isOfThis && check.isError && <ProblemNote error={check.error} />}
        {isOfThis && check.isSuccess && <Found check={check.data} />}
      </div>
    </div>
  );
}

type Tone = 'good' | 'bad' | 'none';

function Found({ check }: { readonly check: UrlCheck }) {
  const { problems, dns, connectMs, tls, response, error } = check;
  const words = texts.webhookForm.check;
  const failed = error !== null;
  return (
    <div className="flex flex-col gap-2 rounded-md border border-line bg-sunken px-3 py-2.5">
      {problems.map(({ code, message }) => (
        <Line key={code} tone="bad" name={words.rules}>
          {message}
        </Line>
      ))}
      {dns !== null && (
        <Line tone={dns.addresses === null && failed ? 'bad' : 'good'} name={words.dns} ms={dns.ms}>
          {dns.addresses?.join(', ')}
        </Line>
      )}
      {connectMs !== null && <Line tone="good" name={words.connect} ms={connectMs} />}
      {tls !== null && (
        <Line tone={tls.ms === null ? 'bad' : 'good'} name={words.tls} ms={tls.ms}>
          {tls.protocol} · {tls.subject}
          {tls.validTo !== null && ` · ${words.validTo(exact(tls.validTo))}`}
        </Line>
      )}
      {response !== null && (
        <Line tone={response.note === null ? 'good' : 'none'} name={words.answer} ms={response.ms}>
          <span className="font-semibold">{response.status}</span>
          {response.note !== null && <span className="block text-quiet">{response.note}</span>}
        </Line>
      )}
      {error !== null && (
        <Line tone="bad" name={words.failed}>
          {error.message}
          <span className="block text-quiet">{error.hint}</span>
        </Line>
      )}
    </div>
  );
}

function Line({
  tone,
  name,
  ms = null,
  children,
}: {
  readonly tone: Tone;
  readonly name: string;
  readonly ms?: number | null;
  readonly children?: ReactNode;
}) {
  return (
    <div className="grid grid-cols-[1rem_5.5rem_1fr_max-content] items-start gap-2">
      <Sign tone={tone} />
      <span className="font-medium">{name}</span>
      <span className="min-w-0 break-words">{children}</span>
      <span className="text-quiet tabular-nums">{ms === null ? '' : texts.numbers.ms(ms)}</span>
    </div>
  );
}

function Sign({ tone }: { readonly tone: Tone }) {
  const words = texts.webhookForm.check;
  if (tone === 'good') return <Check size={16} aria-label={words.good} className="mt-0.5 text-good" />;
  if (tone === 'bad') return <CircleAlert size={16} aria-label={words.bad} className="mt-0.5 text-bad" />;
  return <Minus size={16} aria-label={words.unsure} className="mt-0.5 text-warn" />;
}
