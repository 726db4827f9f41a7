// A secret that is shown this once: to be copied now, with how a receiver uses it.

import { Tabs } from '@base-ui/react/tabs';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { Webhook } from '../../api/types.ts';
import { CopyButton, Code } from '../../parts/copy.tsx';
import { texts } from '../../texts/texts.ts';
import { languages, snippetsFor } from './snippets/snippets.ts';

export function SecretOnce({ secret, name }: { readonly secret: string; readonly name: string }) {
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-warn/50 bg-warn-soft px-4 py-3">
      <p className="flex items-center gap-2 font-semibold text-warn">
        <KeyRound aria-hidden size={16} /> {name}
      </p>
      <p>{texts.signing.once}</p>
      <div className="flex items-center gap-2 rounded-md border border-line bg-surface px-3 py-2">
        <code data-testid="secret" className="min-w-0 grow text-xs break-all">
          {secret}
        </code>
        <CopyButton text={secret} label={`${texts.common.copy}: ${name}`} />
      </div>
    </div>
  );
}

/** How a receiver verifies, in the language of its choice. */
export function VerifySnippets({ webhook }: { readonly webhook: Pick<Webhook, 'id' | 'url' | 'signing'> }) {
  const words = texts.signing;
  const [language, setLanguage] = useState<(typeof languages)[number]>('node');
  const snippets = snippetsFor(webhook, location.origin);
  if (snippets === undefined) return null;
  return (
    <Tabs.Root value={language} onValueChange={(next: typeof language) => setLanguage(next)}>
      <Tabs.List aria-label={words.verify} className="mb-2 flex flex-wrap gap-1">
        {languages.map((one) => (
          <Tabs.Tab
            key={one}
            value={one}
            className="rounded-md px-2.5 py-1 font-medium text-quiet hover:bg-sunken data-[active]:bg-accent-soft data-[active]:text-accent-strong"
          >
            {words.languages[one]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {languages.map((one) => (
        <Tabs.Panel key={one} value={one}>
          <Code text={snippets[one]} label={words.snippetIn(words.languages[one])} />
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}
