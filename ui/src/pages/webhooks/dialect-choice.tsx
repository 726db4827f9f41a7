// The first step of a new webhook: which wire its receiver speaks.

import { Link } from '@tanstack/react-router';
import type { Webhook } from '../../api/types.ts';
import * as texts from '../../texts/texts.ts';

export const dialects: readonly Webhook['dialect'][] = ['native', 'confluence', 'xurrent', 'entrust'];

export function DialectChoice() {
  const words = texts.createWebhook;
  return (
    <section className="flex max-w-3xl flex-col gap-4">
      <h2 className="font-semibold">{words.choose}</h2>
      <ul className="grid gap-3 sm:grid-cols-2">
        {dialects.map((dialect) => (
          <li key={dialect} className="flex">
            <Link
              to="/webhooks/new"
              search={{ dialect }}
              className="flex w-full flex-col gap-1 rounded-lg border border-line bg-surface p-4 hover:border-accent hover:bg-accent-soft/40"
            >
              <span className="font-semibold">{texts.states.dialect[dialect]}</span>
              <span className="text-quiet">{words.dialects[dialect]}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
