// Starts Posthorn for a compatibility test. Its guards against hanging are wide, since many suites share a machine.

import { vi } from 'vitest';
import { launchPosthorn, type Posthorn } from '../server/test/process/posthorn.ts';

const withinMs = 120_000;

vi.setConfig({ testTimeout: withinMs, hookTimeout: withinMs });

export async function startPosthorn(env: Readonly<Record<string, string>> = {}): Promise<Posthorn> {
  const posthorn = await launchPosthorn({ env });
  try {
    await posthorn.ready(withinMs);
    return posthorn;
  } catch (error) {
    await posthorn[Symbol.asyncDispose]();
    throw error;
  }
}
