// The npm package confluence-datacenter-mcp, unmodified: its own process, spoken to over stdio as an MCP client does.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { temporaryDirectory } from '../../server/test/process/temporary-directory.ts';

export type Credentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'none' };

/** What a tool answers: `data` is the body of a success, `details` that of an error. */
type ToolAnswer = {
  readonly success: boolean;
  readonly data?: unknown;
  readonly error?: string;
  readonly details?: unknown;
};

export interface ConfluenceMcp extends AsyncDisposable {
  call(tool: string, args?: Record<string, unknown>): Promise<ToolAnswer>;
}

const program = join(
  dirname(fileURLToPath(import.meta.resolve('confluence-datacenter-mcp/package.json'))),
  'dist/run.js',
);

/** Starts the client for a base URL; home and working directory are empty, so that no other configuration is read. */
export async function startConfluenceMcp(baseUrl: string, credentials: Credentials): Promise<ConfluenceMcp> {
  const home = await temporaryDirectory();
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program],
    cwd: home.path,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home.path,
      CONFLUENCE_API_BASE_PATH: baseUrl,
      ATLASSIAN_DC_MCP_MAX_RESPONSE_CHARS: '0',
      ...environmentOf(credentials),
    },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'posthorn-compat', version: '1.0.0' });
  await client.connect(transport);

  return {
    async call(tool, args = {}) {
      const result = await client.callTool({ name: tool, arguments: args });
      const [first] = result.content as { type: string; text: string }[];
      return JSON.parse(first?.text ?? '{}') as ToolAnswer;
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

function environmentOf(credentials: Credentials): Record<string, string> {
  switch (credentials.kind) {
    case 'bearer':
      return { CONFLUENCE_API_TOKEN: credentials.token };
    case 'basic':
      return { CONFLUENCE_USERNAME: credentials.username, CONFLUENCE_PASSWORD: credentials.password };
    case 'none':
      return {};
  }
}
