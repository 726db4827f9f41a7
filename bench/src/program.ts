// A part of a benchmark in a process of its own: the parent sends one order and gets one answer.

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

export interface Program<Order, Answer> extends Disposable {
  ask(order: Order): Promise<Answer>;
}

/** Starts `file` of this folder; it must call `answerOrders`. */
export async function startProgram<Order extends object, Answer>(
  file: string,
): Promise<Program<Order, Answer>> {
  const child = fork(resolve(import.meta.dirname, file), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await once(child, 'message');
  return {
    async ask(order) {
      child.send(order);
      return (await answerOf(child)) as Answer;
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  };
}

/** The child's side: answers each order in turn until the parent ends it. */
export function answerOrders(carryOut: (order: never) => Promise<object>): void {
  process.on('message', (order) => {
    void carryOut(order as never).then((answer) => process.send!(answer));
  });
  process.on('disconnect', () => process.exit());
  process.send!('ready');
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((answer, reject) => {
    const ended = (code: number | null) => reject(new Error(`a part of the benchmark ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      answer(message);
    });
  });
}
