// An error as people should meet it: what is wrong, what to do, and the id by which the log tells more.

import { Problem } from '../api/call.ts';
import { isWithin } from '../api/field-problem.ts';
import * as texts from '../texts/texts.ts';
import { Button } from './button.tsx';

/** `places` are the JSON pointers whose fields tell by themselves what is wrong with them. */
export function ProblemNote({
  error,
  places,
  retry,
  retryLabel = texts.common.tryAgain,
}: {
  readonly error: unknown;
  readonly places?: readonly string[] | undefined;
  readonly retry?: () => void;
  readonly retryLabel?: string;
}) {
  const problem = error instanceof Problem ? error : undefined;
  const errors = problem?.errors ?? [];
  const [first, ...others] = errors.filter((one) => places?.some((place) => isWithin(one, place)) !== true);
  if (errors.length > 0 && first === undefined) {
    return (
      <p role="alert" className="text-bad">
        {texts.common.lookAgain}
      </p>
    );
  }
  const several = first === undefined || others.length === 0 ? [] : [first, ...others];
  return (
    <div
      role="alert"
      className="flex flex-col gap-1 rounded-lg border border-bad/40 bg-bad-soft px-4 py-3 text-bad"
    >
      <p className="font-semibold">
        {several.length > 0 ? texts.common.several : (first?.message ?? problem?.message ?? texts.common.bug)}
      </p>
      {several.length > 0 && (
        <ul className="list-disc pl-5">
          {several.map(({ pointer, message }) => (
            <li key={`${pointer} ${message}`}>{message}</li>
          ))}
        </ul>
      )}
      {typeof problem?.requestId === 'string' && (
        <p className="text-xs">
          {texts.common.requestId} <code>{problem.requestId}</code>
        </p>
      )}
      {retry !== undefined && (
        <div className="mt-1">
          <Button onClick={retry}>{retryLabel}</Button>
        </div>
      )}
    </div>
  );
}
