// The exact wire of a create, the verification, an event, its retry and a test, as docs/dialects/xurrent-wire.md shows it:
// what changes from run to run is replaced by its name, everything else is compared byte for byte.

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { Posthorn } from '../../server/test/process/posthorn.ts';
import { startReceiver, type Recorded } from '../../server/test/receivers/receiver.ts';
import { freePort } from '../../server/test/process/free-port.ts';
import { launchPosthorn } from '../../server/test/process/posthorn.ts';
import { until } from '../until.ts';
import { account, publish, requestChanged, rest } from './given.ts';

const page = '../../docs/dialects/xurrent-wire.md';

test('the wire is what docs/dialects/xurrent-wire.md shows; `npx vitest run compat/xurrent/wire -u` writes it anew', async () => {
  const port = await freePort();
  await using posthorn = await launchPosthorn({
    port,
    env: {
      POSTHORN_XURRENT_ACCOUNT: account,
      POSTHORN_XURRENT_DOMAIN: 'xurrent.example',
      POSTHORN_XURRENT_CALLBACK_URL: `http://127.0.0.1:${port}`,
      POSTHORN_RETRY_SCHEDULE: '1s,1s',
    },
  });
  await posthorn.ready();
  let failures = 0;
  let during: string | undefined;
  await using receiver = await startReceiver(async ({ body }) => {
    const { payload } = messageIn(body);
    if (payload.callback !== undefined) {
      const { pathname, search } = new URL(payload.callback);
      during = await exchange(posthorn, [`GET ${pathname}${search} HTTP/1.1`]);
    }
    return { status: payload.callback === undefined && failures-- > 0 ? 500 : 200 };
  });

  const policy = await exchange(
    posthorn,
    ['POST /v1/webhook_policies HTTP/1.1', ...clientHeaders(posthorn)],
    {
      jwt_alg: 'es256',
      jwt_audience: 'acme hooks',
      jwt_claim_expires_in: 5,
    },
  );
  const created = await exchange(posthorn, ['POST /v1/webhooks HTTP/1.1', ...clientHeaders(posthorn)], {
    event: requestChanged.type,
    uri: `${receiver.url}/in`,
  });
  await until(
    async () => during,
    (answer) => answer !== undefined,
  );
  const verification = receiver.requests[0]!;

  failures = 1;
  await publish(posthorn, requestChanged);
  const [, event, retry] = await receiver.waitFor(3);
  await rest(posthorn, 'PATCH', '/v1/webhooks/1', { webhook_policy_id: 1 });
  const tested = await exchange(
    posthorn,
    ['POST /v1/webhooks/1/test HTTP/1.1', ...clientHeaders(posthorn)],
    {},
  );
  const [, , , test12345] = await receiver.waitFor(4);

  const names = new Names(posthorn, receiver.url);
  const section = (title: string, ...blocks: string[]) =>
    [`## ${title}`, ...blocks.map((block) => `\`\`\`http\n${names.in(block)}\n\`\`\``)].join('\n\n');
  const shown = [
    '# The Xurrent wire, recorded',
    '<!-- Written and compared by compat/xurrent/wire.test.ts. -->',
    'Requests and answers between a client, Posthorn and a receiver, in their order. What differs from run to run stands in\nangle brackets; nothing else is changed.',
    section('A client creates a policy', policy),
    section('A client creates a webhook', created),
    section('Posthorn asks the receiver whether it wants the events', requestText(verification)),
    section('The receiver calls back while that request is open', during!),
    section('An event', requestText(event!)),
    section('Its retry, after a 500', requestText(retry!)),
    section('A client tests the webhook, which a policy signs by now', tested),
    section('The test message', requestText(test12345!)),
    `What is in its token:\n\n\`\`\`json\n${names.in(tokenText(test12345!.body))}\n\`\`\``,
  ];
  await expect(`${shown.join('\n\n')}\n`).toMatchFileSnapshot(page);
});

type Message = { readonly payload: { readonly callback?: string } };

function messageIn(body: Buffer): Message {
  const { jwt } = JSON.parse(body.toString()) as { jwt?: string };
  return (
    jwt === undefined ? JSON.parse(body.toString()) : (partOf(jwt, 1) as { data: Message }).data
  ) as Message;
}

function partOf(jwt: string, index: number): unknown {
  return JSON.parse(Buffer.from(jwt.split('.')[index]!, 'base64url').toString());
}

function tokenText(body: Buffer): string {
  const { jwt } = JSON.parse(body.toString()) as { jwt: string };
  return [0, 1].map((index) => Buffer.from(jwt.split('.')[index]!, 'base64url').toString()).join('\n');
}

function clientHeaders({ token }: Posthorn): string[] {
  return [
    `Authorization: Bearer ${token}`,
    `X-Xurrent-Account: ${account}`,
    'User-Agent: curl/8.5',
    'Content-Type: application/json',
  ];
}

/** Sends a request over a connection of its own; answers both texts as they went over the wire. */
async function exchange({ port }: Posthorn, lines: readonly string[], body?: object): Promise<string> {
  const json = body === undefined ? '' : JSON.stringify(body);
  const head = [
    ...lines,
    `Host: 127.0.0.1:${port}`,
    ...(json === '' ? [] : [`Content-Length: ${json.length}`]),
    'Connection: close',
  ];
  const socket = connect(port, '127.0.0.1');
  socket.write(`${head.join('\r\n')}\r\n\r\n${json}`);
  const answer = await text(socket);
  return `${[...head, '', json].join('\n').trimEnd()}\n\n${answer.replaceAll('\r\n', '\n').trimEnd()}`;
}

function requestText({ method, url, rawHeaders, body }: Recorded): string {
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]!}`] : [],
  );
  return [`${method} ${url} HTTP/1.1`, ...headers, '', body.toString()].join('\n');
}

/** Gives what changes from run to run a name; the same UUID gets the same name throughout. */
class Names {
  readonly #uuids = new Map<string, string>();
  readonly #fixed: readonly (readonly [string, string])[];

  constructor({ port, token }: Posthorn, receiverUrl: string) {
    this.#fixed = [
      [token, '<token>'],
      [new URL(receiverUrl).host, '<receiver>'],
      [`127.0.0.1:${port}`, '<posthorn>'],
    ];
  }

  in(block: string): string {
    let shown = block;
    for (const [value, name] of this.#fixed) shown = shown.replaceAll(value, name);
    const named = (kind: string, pattern: RegExp) => {
      shown = shown.replace(pattern, (whole: string, value: string) =>
        whole.replace(value, this.#name(kind, value)),
      );
    };
    for (const [kind, pattern] of patterns) named(kind, pattern);
    return shown;
  }

  #name(kind: string, value: string): string {
    if (kind !== 'uuid') return `<${kind}>`;
    const name = this.#uuids.get(value) ?? `<uuid ${this.#uuids.size + 1}>`;
    this.#uuids.set(value, name);
    return name;
  }
}

const patterns: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['uuid', /([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})/g],
  ['request id', /x-request-id: (req_\w+)/g],
  ['etag', /etag: (W\/"[0-9a-f]+")/g],
  ['epoch seconds', /x-ratelimit-reset: (\d+)/g],
  ['date', /date: (.*)/g],
  ['time', /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"/g],
  ['policy name', /"name":"([0-9a-f]{56})"/g],
  ['public key', /"public_key_pem":"([^"]*)"/g],
  ['code', /code=([\w-]{24})/g],
  ['epoch seconds', /expires_at=(\d+)/g],
  ['length', /[Cc]ontent-[Ll]ength: (\d+)/g],
  ['person number', /"person_id":(\d{9,})/g],
  ['person nodeID', /"person_nodeID":"([\w-]{40,})"/g],
  ['JWT', /"jwt":"([^"]*)"/g],
  ['64 hex digits', /"jti":"([0-9a-f]{64})"/g],
  ['epoch seconds', /"(?:nbf|iat)":(\d+)/g],
  ['epoch seconds + 300', /"exp":(\d+)/g],
];
