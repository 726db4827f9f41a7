// What the server says about itself after the last round: every delivery with its attempts, over its API.

import type { Posthorn } from '../process/posthorn.ts';

export type RecordedAttempt = {
  readonly number: number;
  readonly startedAt: string;
  readonly outcome: 'success' | 'failure' | 'error';
  readonly status: number | null;
  readonly error: string | null;
};

export type RecordedDelivery = {
  readonly id: string;
  readonly eventId: string;
  readonly webhookId: string;
  readonly state: string;
  readonly attemptCount: number;
  readonly attempts: readonly RecordedAttempt[];
};

type Page = { readonly data: readonly { readonly id: string }[]; readonly next: string | null };

const readersAtOnce = 8;

/** Whether no delivery waits for an attempt any more. */
export async function isQuiet({ api }: Pick<Posthorn, 'api'>): Promise<boolean> {
  const { body } = await api<Page>('/deliveries?state=scheduled&limit=1');
  return body.data.length === 0;
}

export async function readDeliveries(posthorn: Pick<Posthorn, 'api'>): Promise<readonly RecordedDelivery[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body }: { body: Page } = await posthorn.api<Page>(`/deliveries?limit=250${cursor}`);
    ids.push(...body.data.map(({ id }) => id));
    cursor = body.next === null ? null : `&cursor=${encodeURIComponent(body.next)}`;
  }
  const deliveries: RecordedDelivery[] = [];
  async function readOn(): Promise<void> {
    for (let id = ids.pop(); id !== undefined; id = ids.pop())
      deliveries.push((await posthorn.api<RecordedDelivery>(`/deliveries/${id}`)).body);
  }
  await Promise.all(Array.from({ length: readersAtOnce }, readOn));
  return deliveries;
}
