// A program of its own around the real send, for what only another process can show: posts COUNT times to URL at once,
// BYTES of body each.

import { testSender } from './sender.ts';

const [url = '', count = '1', bytes = '7'] = process.argv.slice(2);
const body = Buffer.alloc(Number(bytes), 'x');
const sender = testSender();
const exchanges = await Promise.all(
  Array.from({ length: Number(count) }, () =>
    sender.post(url, { body, tlsVerify: false, timeoutMs: 60_000 }),
  ),
);
await sender.close();
console.log(JSON.stringify(exchanges.map(({ outcome }) => outcome)));
