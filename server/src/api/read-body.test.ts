import * as fc from 'fast-check';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { Refusal } from '../domain/refusal.ts';
import { bodyReader, verbatimReader } from './read-body.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const open = bodyReader(Type.Object({}));
const counted = bodyReader(Type.Object({ count: Type.Integer() }, { additionalProperties: false }));
const event = verbatimReader(
  Type.Object(
    { type: Type.String(), actor: Type.Optional(Type.Object({ id: Type.String() })) },
    { additionalProperties: false },
  ),
  'data',
);

function refused(read: () => unknown): unknown {
  try {
    return { taken: read() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.code, ...error.problems.map(({ pointer, rule }) => `${pointer} ${rule}`)];
  }
}

test('a body is read as its schema says, no body as an empty object', () => {
  expect(counted.read(bytesOf(' {"count": 3} '))).toEqual({ count: 3 });
  expect(open.read(new Uint8Array())).toEqual({});
});

test.each(['{', '{"a":}', '[1,]', '\ufeff{}', '{"a":1}x'])('INP: %j is a bad request', (text) => {
  expect(refused(() => open.read(bytesOf(text)))).toEqual(['bad_request']);
});

test('INP-01: 64 levels are read, more are refused', () => {
  const nested = (depth: number) => bytesOf(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
  expect(open.read(nested(64))).toBeTypeOf('object');
  for (const depth of [65, 5_000, 200_000])
    expect(refused(() => open.read(nested(depth)))).toEqual(['invalid', ' depth']);
});

test('INP-03: a member that comes twice is refused where it is', () => {
  expect(refused(() => open.read(bytesOf('{"a":{"b":1,"\\u0062":2}}')))).toEqual([
    'invalid',
    '/a/b duplicate_member',
  ]);
});

test('texts with NUL or half a surrogate pair are refused wherever they are, the publisher’s own data excepted', () => {
  for (const [text, pointer] of [
    ['{"a":"x\\u0000"}', '/a'],
    ['{"a":[{"b":"\\ud83d"}]}', '/a/0/b'],
    ['{"a":{"\\udc00":1}}', '/a/\udc00'],
  ] as const) {
    expect(refused(() => open.read(bytesOf(text)))).toEqual(['invalid', `${pointer} characters`]);
  }
  expect(open.read(bytesOf('{"a":"\\ud83d\\ude00\\n"}'))).toEqual({ a: '😀\n' });
  expect(event.read(bytesOf('{"type":"t","data":"\\u0000"}')).verbatim).toHaveLength(8);
});

test('INP-04: members that reach into prototypes are refused, and none is ever set', () => {
  for (const [text, pointer] of [
    ['{"__proto__":{"x":1}}', '/__proto__'],
    ['{"a":[{"\\u005f_proto__":1}]}', '/a/0/__proto__'],
    ['{"a":{"constructor":{"prototype":{"x":1}}}}', '/a/constructor/prototype'],
  ] as const) {
    expect(refused(() => open.read(bytesOf(text)))).toEqual(['invalid', `${pointer} forbidden_member`]);
  }
  expect(({} as { x?: unknown }).x).toBeUndefined();
  expect(open.read(bytesOf('{"constructor":"Acme"}'))).toEqual({ constructor: 'Acme' });
});

test.each(['true', '["12"]', '"12"', '1.5', '1e3', '1E3', '9007199254740993', '-9007199254740993', '1e400'])(
  'INP-12: %s is no integer',
  (text) => {
    expect(refused(() => counted.read(bytesOf(`{"count":${text}}`)))).toEqual(['invalid', '/count type']);
  },
);

test.each(['1e3', '12345678901234567890', '1e400'])('INP-12: %s is no text and no null either', (number) => {
  const texts = bodyReader(Type.Object({ name: Type.Union([Type.String(), Type.Null()]) }));
  expect(refused(() => texts.read(bytesOf(`{"name":${number}}`)))).toEqual(['invalid', '/name one_of']);
  expect(refused(() => event.read(bytesOf(`{"type":${number}}`)))).toEqual(['invalid', '/type type']);
});

test('INP-12: where a schema takes anything, unusual numbers are taken too', () => {
  expect(open.read(bytesOf('{"a":1e3,"b":9007199254740993}'))).toEqual({ a: 1_000, b: 9007199254740992 });
  expect(counted.read(bytesOf('{"count":9007199254740991}'))).toEqual({ count: Number.MAX_SAFE_INTEGER });
});

test('P13: the publisher’s member is cut out byte for byte, wherever it stands', () => {
  const spaced = fc.constantFrom('', ' ', '\n');
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), spaced, fc.nat(2), (data, space, place) => {
      const members = ['"type":"t"', '"actor":{"id":"a"}'];
      members.splice(place, 0, `"data"${space}:${space}${data}`);
      const { rest, verbatim } = event.read(bytesOf(`{${members.join(`${space},${space}`)}}`));
      expect(Buffer.from(verbatim!).toString()).toBe(data);
      expect(rest).toEqual({ type: 't', actor: { id: 'a' } });
    }),
  );
});

test('INP-03, INP-04, INP-05: in the publisher’s member duplicates, any names and any numbers are kept', () => {
  const data = '{"a":1,"a":2,"__proto__":{"x":1},"constructor":{"prototype":1},"n":1e400,"z":-0}';
  const { verbatim } = event.read(bytesOf(`{"type":"t","data":${data}}`));
  expect(Buffer.from(verbatim!).toString()).toBe(data);
});

test('INP-03: around it the control plane’s rules hold', () => {
  expect(refused(() => event.read(bytesOf('{"type":"t","data":{},"data":{}}')))).toEqual([
    'invalid',
    '/data duplicate_member',
  ]);
  expect(refused(() => event.read(bytesOf('{"data":{},"actor":{"id":1,"__proto__":1}}'), '/3'))).toEqual([
    'invalid',
    '/3/actor/__proto__ forbidden_member',
    '/3/type required',
    '/3/actor/id type',
  ]);
  expect(event.read(bytesOf('{"type":"t"}'))).toEqual({ rest: { type: 't' }, verbatim: undefined });
});

test('INP-01: the publisher’s member may have 64 levels of its own', () => {
  const nested = (depth: number) => bytesOf(`{"type":"t","data":${'['.repeat(depth)}${']'.repeat(depth)}}`);
  expect(event.read(nested(64)).verbatim).toHaveLength(128);
  expect(refused(() => event.read(nested(65)))).toEqual(['invalid', '/data depth']);
});
