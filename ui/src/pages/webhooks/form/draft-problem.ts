// What is wrong with a draft before anything is sent: what is missing, and what would not arrive as it is typed.

import { Problem } from '../../../api/call.ts';
import type { FieldProblem } from '../../../api/field-problem.ts';
import type { Webhook } from '../../../api/types.ts';
import * as texts from '../../../texts/texts.ts';
import { changedKeys, chosenEvents, draftOf, settingsOf, type Draft } from './draft.ts';
import { filterIn } from './filter-text.ts';
import { isMadeOf } from './form-part.ts';
import { isBlank, numberProblems } from './numbers.ts';
import { pairProblems } from './pairs.ts';
import { scheduleOf } from './schedule.ts';

/** All of it at once. Of a stored webhook only what was changed is judged: the rest is not sent. */
export function draftProblem(draft: Draft, stored?: Webhook): Problem | undefined {
  const changed = stored === undefined ? undefined : changedKeys(draftOf(stored), draft);
  const errors = problemsOf(draft, stored).filter(
    (error) => changed === undefined || isMadeOf(error, changed),
  );
  return errors.length === 0 ? undefined : problemOf(errors);
}

/** As the server would decline what has these errors. */
export function problemOf(errors: readonly FieldProblem[]): Problem {
  return new Problem(errors[0]?.message ?? '', { status: 422, code: 'invalid', errors });
}

function problemsOf(draft: Draft, stored?: Webhook): readonly FieldProblem[] {
  const words = texts.webhookForm;
  const lacksPassword = draft.username !== '' && draft.password === '' && !hasPassword(stored);
  return [
    ...problemAt('/name', isBlank(draft.name) && words.missing),
    ...problemAt('/url', isBlank(draft.url) && words.missing),
    ...problemAt('/eventTypes', chosenEvents(draft).length === 0 && words.events.missing),
    ...problemAt('/dialectSettings/credentials/password', lacksPassword && words.confluence.passwordNeeded),
    ...problemAt('/filter', filterIn(draft.filter).problem),
    ...pairProblems('/headers', draft.headers),
    ...problemAt(
      '/retrySchedule',
      scheduleOf(draft.retrySchedule) === undefined && words.delivery.badSchedule,
    ),
    ...numberProblems(draft),
    ...pairProblems('/metadata', draft.metadata),
  ];
}

/** An empty password keeps the one that is stored with a username. */
export function hasPassword(stored: Webhook | undefined): boolean {
  return stored !== undefined && (settingsOf(stored).credentials ?? null) !== null;
}

function problemAt(pointer: string, message: string | false | undefined): readonly FieldProblem[] {
  return message === undefined || message === false ? [] : [{ pointer, rule: 'form', message }];
}
