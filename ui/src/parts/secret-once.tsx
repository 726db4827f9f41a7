// A secret that is shown this once, to be copied now; or that it was to be shown in an answer that got lost.

import { KeyRound } from 'lucide-react';
import * as texts from '../texts/texts.ts';
import { CopyButton } from './copy.tsx';

export function SecretOnce({ secret, name }: { readonly secret: string | undefined; readonly name: string }) {
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-warn/50 bg-warn-soft px-4 py-3">
      <p className="flex items-center gap-2 font-semibold text-warn">
        <KeyRound aria-hidden size={16} /> {name}
      </p>
      <p>{secret === undefined ? texts.common.onceLost : texts.common.once}</p>
      {secret !== undefined && (
        <div className="flex items-center gap-2 rounded-md border border-line bg-surface px-3 py-2">
          <code data-testid="secret" className="min-w-0 grow text-xs break-all">
            {secret}
          </code>
          <CopyButton text={secret} label={`${texts.common.copy}: ${name}`} />
        </div>
      )}
    </div>
  );
}
