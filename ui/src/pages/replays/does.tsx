// What a replay does and does not do, for who is about to start one.

import { Check, X } from 'lucide-react';
import { Card } from '../../parts/page.tsx';
import * as texts from '../../texts/texts.ts';

const words = texts.replays.does;

export function WhatItDoes() {
  return (
    <Card title={words.title}>
      <ul className="flex flex-col gap-2">
        {words.items.map((item) => (
          <li key={item} className="flex gap-2">
            <Check aria-hidden size={15} className="mt-0.5 shrink-0 text-good" />
            {item}
          </li>
        ))}
      </ul>
      <h3 className="mt-4 mb-2 font-semibold">{words.notTitle}</h3>
      <ul className="flex flex-col gap-2 text-quiet">
        {words.nots.map((item) => (
          <li key={item} className="flex gap-2">
            <X aria-hidden size={15} className="mt-0.5 shrink-0" />
            {item}
          </li>
        ))}
      </ul>
    </Card>
  );
}
