import { expect, test } from 'vitest';
import { startReceiver } from './receiver.ts';

test('a receiver records what it got, answers in turn, and can be waited for', async () => {
  await using receiver = await startReceiver();
  receiver.respondWith({ status: 503, headers: { 'retry-after': '7' }, body: 'later' }, { status: 204 });

  const post = () =>
    fetch(`${receiver.url}/hook?a=1`, { method: 'POST', body: 'hi', headers: { 'X-One': '1' } });
  const answers = [await post(), await post(), await post()];

  expect(answers.map((answer) => answer.status)).toEqual([503, 204, 204]);
  expect(answers[0]!.headers.get('retry-after')).toBe('7');
  const [first] = await receiver.waitFor(3);
  expect(first).toMatchObject({ method: 'POST', url: '/hook?a=1', headers: { 'x-one': '1' } });
  expect(first!.body.toString()).toBe('hi');
});
