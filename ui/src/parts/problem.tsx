// An error as people should meet it: what is wrong, what to do, and the id by which the log tells more.

import { Problem } from '../api/call.ts';
import * as texts from '../texts/texts.ts';
import { Button } from './button.tsx';

export function ProblemNote({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const problem = error instanceof Problem ? error : undefined;
  return (
    <div
      role="alert"
      className="flex flex-col gap-1 rounded-lg border border-bad/40 bg-bad-soft px-4 py-3 text-bad"
    >
      <p className="font-semibold">{problem?.message ?? texts.common.bug}</p>
      {problem !== undefined && problem.errors.length > 0 && (
        <ul className="list-disc pl-5">
          {problem.errors.map(({ pointer, message }) => (
            <li key={`${pointer} ${message}`}>
              <code className="text-xs">{pointer}</code> {message}
            </li>
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
          <Button onClick={retry}>{texts.common.tryAgain}</Button>
        </div>
      )}
    </div>
  );
}
