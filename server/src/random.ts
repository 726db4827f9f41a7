// Chance from the operating system, drawn in blocks: an id costs a copy of a few bytes, not a system call.

import { randomFillSync } from 'node:crypto';
import type { Random } from './domain/random.ts';

const blockBytes = 8_192;

/** Everything it gives is from the CSPRNG; bytes are given once and wiped from the block. */
export function systemRandom(): Random {
  const block = Buffer.alloc(blockBytes);
  let used = blockBytes;

  function take(count: number): number {
    if (used + count > blockBytes) {
      randomFillSync(block);
      used = 0;
    }
    used += count;
    return used - count;
  }

  return {
    fraction() {
      return block.readUIntBE(take(6), 6) / 2 ** 48;
    },
    bytes(count) {
      if (count > blockBytes) return randomFillSync(new Uint8Array(count));
      const from = take(count);
      const bytes = new Uint8Array(block.subarray(from, from + count));
      block.fill(0, from, from + count);
      return bytes;
    },
  };
}
