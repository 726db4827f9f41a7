// `?` shows which keys do something on the page that is open.

import { Suspense, useState } from 'react';
import * as texts from '../texts/texts.ts';
import { lazyPart } from './fetched-code.ts';
import { useKeys } from './keys.tsx';

const KeyList = lazyPart(async () => (await import('./key-list.tsx')).KeyList);

export function KeyHelp() {
  const [open, setOpen] = useState(false);
  useKeys([{ key: '?', label: texts.shell.help, act: () => setOpen(true) }]);
  return <Suspense>{open && <KeyList close={() => setOpen(false)} />}</Suspense>;
}
