// How something failed, in few words, and what to do about it.

import * as texts from '../texts/texts.ts';

export type Failure = { readonly status: number | null; readonly code: string | null };

export function failureName({ status, code }: Failure): string {
  if (code !== null) return known(code)?.name ?? code;
  return status === null ? '' : texts.issues.status(status);
}

export function failureHint({ status, code }: Failure): string | undefined {
  if (code !== null) return known(code)?.hint;
  return status === null ? undefined : texts.statusHint(status);
}

/** A newer server may have reasons that this page has no words for. */
function known(code: string): { readonly name: string; readonly hint: string } | undefined {
  return Object.hasOwn(texts.attemptErrors, code)
    ? texts.attemptErrors[code as keyof typeof texts.attemptErrors]
    : undefined;
}
