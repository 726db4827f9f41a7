// The curl lines of Atlassian's guide, verbatim: curl is told in its configuration file where the example host is.

import { execFile } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../server/test/process/temporary-directory.ts';
import { startPosthorn } from '../start.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;

const create = `curl -u admin:password -X POST -H 'Content-Type: application/json' -d '{"name": "Page changes","events": ["page_created","page_removed","page_updated"],"url": "http://example.endpoint.com","active": true}' http://example.confluence.com/rest/api/webhooks/`;
const list = `curl -u admin:password -X GET -H 'Content-Type: application/json' http://example.confluence.com/rest/api/webhooks/`;
const remove = `curl -u admin:password -X DELETE -H 'Content-Type: application/json' http://example.confluence.com/rest/api/webhooks/1`;

test.skipIf(!hasCurl)("the guide's curl lines create, list and delete a webhook", async () => {
  await using home = await temporaryDirectory();
  await using posthorn = await startPosthorn({ POSTHORN_ADMIN_PASSWORD: 'password' });
  const configuration = [
    'silent',
    `connect-to = "example.confluence.com:80:127.0.0.1:${posthorn.port}"`,
    'write-out = "\\n%{http_code}"',
  ];
  await writeFile(join(home.path, '.curlrc'), configuration.join('\n'));

  const created = await run(create, home.path);
  expect(created).toMatchObject({
    status: '201',
    body: {
      id: 1,
      name: 'Page changes',
      createdDate: expect.any(Number) as number,
      updatedDate: expect.any(Number) as number,
      events: ['page_created', 'page_removed', 'page_updated'],
      configuration: {},
      url: 'http://example.endpoint.com',
      active: true,
    },
  });
  expect(await run(list, home.path)).toMatchObject({
    status: '200',
    body: {
      results: [{ id: 1, name: 'Page changes' }],
      totalCount: 1,
      _links: {
        self: 'http://example.confluence.com/rest/api/webhooks',
        base: 'http://example.confluence.com',
        context: '',
      },
    },
  });
  expect(await run(remove, home.path)).toEqual({ status: '204', body: undefined });
  expect(await run(remove, home.path)).toMatchObject({ status: '404', body: { statusCode: 404 } });
});

async function run(line: string, home: string): Promise<{ status: string; body: unknown }> {
  const { stdout } = await promisify(execFile)('sh', ['-c', line], {
    env: { PATH: process.env['PATH'], CURL_HOME: home },
  });
  const end = stdout.lastIndexOf('\n');
  const body = stdout.slice(0, end);
  return { status: stdout.slice(end + 1), body: body === '' ? undefined : (JSON.parse(body) as unknown) };
}
