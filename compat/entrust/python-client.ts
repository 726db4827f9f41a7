// The client that the PyPI package openapi-python-client 0.29.1 writes for a description: Python with models of attrs, in
// a directory that is removed afterwards.

import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../../server/test/process/temporary-directory.ts';
import { pythonWithPackages, startBridge, type Python } from '../python.ts';
import { descriptionPath } from './document.ts';
import type { ClientAnswer, GeneratedClient } from './generated-client.ts';

const here = import.meta.dirname;
const writtenWithinMs = 60_000;

export function pythonOfTheGenerator(): Promise<Python> {
  return pythonWithPackages(join(here, 'requirements.txt'));
}

export async function writePythonClient(python: string): Promise<GeneratedClient> {
  const directory = await temporaryDirectory();
  const output = join(directory.path, 'entrust_client');
  const generate = ['-m', 'openapi_python_client', 'generate'];
  const flags = ['--path', descriptionPath, '--output-path', output, '--meta', 'none', '--fail-on-warning'];
  // The generator formats what it wrote with a program that it looks for beside the interpreter.
  const env = { ...process.env, PATH: `${dirname(python)}:${process.env['PATH']}` };
  await promisify(execFile)(python, [...generate, ...flags], { timeout: writtenWithinMs, env });
  const bridge = startBridge(python, join(here, 'bridge.py'), [directory.path]);
  return {
    async call(baseUrl, operationId, { id, body, authorization, cookies } = {}) {
      const given = [id ?? null, body ?? null, authorization ?? null, cookies ?? {}];
      const { value, error } = await bridge.ask('call', baseUrl, operationId, ...given);
      if (error !== undefined) throw new Error(`${operationId}: ${error}`);
      return value as ClientAnswer;
    },
    async [Symbol.asyncDispose]() {
      await bridge[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}
