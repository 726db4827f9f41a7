// How a receiver verifies what comes, in the language of its choice.

import { Tabs } from '@base-ui/react/tabs';
import { useState } from 'react';
import type { Webhook } from '../../api/types.ts';
import { Code } from '../../parts/copy.tsx';
import * as texts from '../../texts/texts.ts';
import { languages, snippetsFor } from './snippets/snippets.ts';

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
