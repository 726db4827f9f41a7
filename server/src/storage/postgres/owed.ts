// Deliveries of stored events that are owed again on PostgreSQL, where no foreign key keeps an event or a webhook that is removed meanwhile.

import { inSession } from '../in-session.ts';
import { addDeliveries, retryNow } from '../queries/deliveries.ts';
import type { Session } from './session.ts';

/** Until the transaction ends no event is removed; what was removed before is seen by its next statement. */
export async function keepEvents(session: Session): Promise<void> {
  await session.query('LOCK TABLE deliveries_waiting IN ROW EXCLUSIVE MODE');
}

const queries = inSession<Session>()({ addDeliveries, retryNow });

/** What people ask for again: it takes turns with what deletes webhooks. */
export const owedAgain = {
  addDeliveries: keeping(queries.addDeliveries),
  retryNow: keeping(queries.retryNow),
};

function keeping<Args extends readonly unknown[], Answer>(
  change: (session: Session, ...args: Args) => Promise<Answer>,
): (session: Session, ...args: Args) => Promise<Answer> {
  return async (session, ...args) => {
    await keepEvents(session);
    return change(session, ...args);
  };
}
