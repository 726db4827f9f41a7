// A program of its own around the real send, for what only a fresh process can show: posts COUNT times to URL at once.

import { testSender } from './sender.ts';

const [url = '', count = '1'] = process.argv.slice(2);
const sender = testSender();
const exchanges = await Promise.all(Array.from({ length: Number(count) }, () => sender.post(url)));
await sender.close();
console.log(JSON.stringify(exchanges.map(({ outcome }) => outcome)));
