// What the pages offer to verify with is run as it stands, on requests that were signed as deliveries are.

import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../../../../server/src/domain/secret.ts';
import { hubSignatureHeaders } from '../../../../../server/src/signing/hub-signature.ts';
import { messageSignatureHeaders } from '../../../../../server/src/signing/http-message-signature.ts';
import {
  standardWebhooksHeaders,
  verifyStandardWebhook,
} from '../../../../../server/src/signing/standard-webhooks.ts';
import { temporaryDirectory } from '../../../../../server/test/process/temporary-directory.ts';
import { startReceiver, type Recorded } from '../../../../../server/test/receivers/receiver.ts';
import { signingBy, verifyingKey } from '../../../../../server/test/signing-samples.ts';
import { snippetsFor, type MessageAlgorithm, type Snippets } from './snippets.ts';

const url = 'https://example.com/hooks?a=1';
const body = Buffer.from('{"type":"invoice.paid","data":{"n":1}}');
const secretText = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const hasPython = spawnSync('python3', ['--version']).status === 0;
const hasShell = ['openssl', 'curl', 'od'].every(
  (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
);

type Signed = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

const algorithms: readonly MessageAlgorithm[] = [
  'hmac-sha256',
  'ed25519',
  'ecdsa-p256-sha256',
  'rsa-v1_5-sha256',
  'rsa-pss-sha512',
];

test('in Node and Python, a Standard Webhooks request is accepted, and refused once a byte differs', async () => {
  const message = { id: 'evt_1', at: Date.now(), body };
  const signed = signedBy(standardWebhooksHeaders(message, [new Secret(secretText)]));
  const snippets = snippetsOf('standard-webhooks');
  const inNode = async (request: Signed) =>
    (await load(snippets.node)).verify(request.headers, request.body, secretText);
  expect([await inNode(signed), await inNode(tampered(signed))]).toEqual([true, false]);
  if (!hasPython) return;
  const call = 'verify(request["headers"], body, key)';
  expect(await inPython(snippets.python, call, signed, secretText)).toBe('True');
  expect(await inPython(snippets.python, call, tampered(signed), secretText)).toBe('False');
});

test('in Node and Python, a hub signature is accepted, and refused once a byte differs', async () => {
  const signed = signedBy(hubSignatureHeaders(body, new Secret('s3cret')));
  const snippets = snippetsOf('hub-signature');
  const inNode = async (request: Signed) =>
    (await load(snippets.node)).verify(request.headers, request.body, 's3cret');
  expect([await inNode(signed), await inNode(tampered(signed))]).toEqual([true, false]);
  if (!hasPython) return;
  const call = 'verify(request["headers"], body, key)';
  expect(await inPython(snippets.python, call, signed, 's3cret')).toBe('True');
  expect(await inPython(snippets.python, call, tampered(signed), 's3cret')).toBe('False');
});

test.each(algorithms)(
  'an HTTP message signature by %s is accepted, and refused once a byte differs',
  async (algorithm) => {
    const signing = signingBy(algorithm);
    const known = verifyingKey(signing);
    const key = known.algorithm === 'hmac-sha256' ? known.secret.reveal() : known.publicKeyPem;
    const request = { method: 'POST' as const, url, headers: { 'webhook-id': 'evt_1' }, body };
    const headers = messageSignatureHeaders(request, ['webhook-id'], signing, Date.now());
    const signed = signedBy({ ...request.headers, ...headers });
    const snippets = snippetsOf('http-message-signature', algorithm);
    const inNode = async (given: Signed) => (await load(snippets.node)).verify(given, key);
    expect([await inNode(signed), await inNode(tampered(signed))]).toEqual([true, false]);
    expect(await inNode({ ...signed, url: `${url}&b=2` })).toBe(false);
    if (!hasPython || algorithm !== 'hmac-sha256') return;
    const call = 'verify(request["method"], request["url"], request["headers"], body, key)';
    expect(await inPython(snippets.python, call, signed, key)).toBe('True');
    expect(await inPython(snippets.python, call, tampered(signed), key)).toBe('False');
  },
);

test.skipIf(!hasShell)('the shell signs as deliveries are signed', async () => {
  await using receiver = await startReceiver();
  const target = `${receiver.url}/it's?a=1`;
  const run = (snippets: Snippets, secret: string) =>
    promisify(execFile)('sh', ['-c', snippets.curl], { env: { ...process.env, WEBHOOK_SECRET: secret } });

  await run(snippetsOf('standard-webhooks', null, target), secretText);
  await run(snippetsOf('hub-signature', null, target), 's3cret');
  await run(snippetsOf('http-message-signature', 'hmac-sha256', target), 's3cret');
  const [standard, hub, message] = await receiver.waitFor(3);

  const verdict = verifyStandardWebhook(
    standard!.headers,
    standard!.body,
    [new Secret(secretText)],
    Date.now(),
  );
  expect(verdict.ok).toBe(true);
  const asHub = (await load(snippetsOf('hub-signature').node)).verify;
  expect(asHub(hub!.headers, hub!.body, 's3cret')).toBe(true);
  const asMessage = (await load(snippetsOf('http-message-signature', 'hmac-sha256').node)).verify;
  expect(asMessage({ ...received(message!), url: target }, 's3cret')).toBe(true);
});

test('nothing verifies what is not signed', () => {
  const signing = { scheme: 'none', algorithm: null, keys: [] } as const;
  expect(snippetsFor({ id: 'wh_1', url, signing: { ...signing, keys: [] } }, 'https://here')).toBeUndefined();
});

function snippetsOf(
  scheme: 'standard-webhooks' | 'hub-signature' | 'http-message-signature',
  algorithm: MessageAlgorithm | null = null,
  target = url,
): Snippets {
  return snippetsFor({ id: 'wh_1', url: target, signing: { scheme, algorithm, keys: [] } }, 'https://here')!;
}

function signedBy(headers: Readonly<Record<string, string>>): Signed {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { method: 'POST', url, headers: Object.fromEntries(lower) as Record<string, string>, body };
}

function received({ method, headers, body: bytes }: Recorded): Omit<Signed, 'url'> {
  return { method, headers: headers as Record<string, string>, body: bytes };
}

function tampered(signed: Signed): Signed {
  return { ...signed, body: Buffer.from(signed.body.toString().replace('1', '2')) };
}

type Verify = { readonly verify: (...given: readonly unknown[]) => boolean };

async function load(source: string): Promise<Verify> {
  await using home = await temporaryDirectory();
  const path = join(home.path, 'verify.mjs');
  await writeFile(path, source);
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Verify;
}

async function inPython(source: string, call: string, request: Signed, key: string): Promise<string> {
  await using home = await temporaryDirectory();
  const path = join(home.path, 'verify_it.py');
  const given = JSON.stringify({ ...request, body: request.body.toString('base64'), key });
  const reading = 'import json, sys\nrequest = json.loads(sys.argv[1])\nkey = request["key"]';
  const program = `${source}\n${reading}\nbody = base64.b64decode(request["body"])\nprint(${call})\n`;
  await writeFile(path, `import base64\n${program}`);
  return (await promisify(execFile)('python3', [path, given])).stdout.trim();
}
