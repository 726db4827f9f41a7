import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controlRules, cutArray, membersOf, payloadRules, scanJson, type ScanRules } from './json-scan.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const unlimited: ScanRules = { depthMax: 1_000, membersMax: Infinity, duplicates: 'kept' };

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function ruleOf(text: string | Uint8Array, rules: ScanRules = payloadRules): string {
  const scan = scanJson(typeof text === 'string' ? bytesOf(text) : text, rules);
  return scan.ok ? 'ok' : scan.problem.rule;
}

/** Texts made of these characters. */
function textOf(characters: string, maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...Array.from(characters)), { maxLength }).map((drawn) => drawn.join(''));
}

describe('syntax', () => {
  /** Mostly no JSON, often nearly. */
  const nearlyJson = textOf('{}[]",:\\/ \t\n\r0123456789-+.eEtruefalsnbx\u0000\u001f\u007fé\u2028😀', 12);
  /** JSON with something put in, or in the place of a character. */
  const damaged = fc
    .tuple(
      fc.json({ maxDepth: 4 }),
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', ']', '0', '\\', '\n', 'é'),
      fc.nat(1),
    )
    .map(([text, draw, put, removed]) => {
      const at = draw % text.length;
      return text.slice(0, at) + put + text.slice(at + removed);
    });

  test('INP: accepts all that JSON.parse accepts', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(ruleOf(text, unlimited)).toBe('ok');
      }),
    );
  });

  test('INP: accepts nothing that JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyJson, damaged), (text) => {
        expect(ruleOf(text, unlimited) === 'ok').toBe(parses(text));
      }),
      { numRuns: 5_000 },
    );
  });

  test('INP-07: accepts in a string exactly the bytes that a fatal UTF-8 decoder accepts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (content) => {
        const bytes = Uint8Array.of(0x22, ...content, 0x22);
        expect(ruleOf(bytes) === 'ok').toBe(decodes(bytes));
      }),
      { numRuns: 5_000 },
    );
  });

  function decodes(bytes: Uint8Array): boolean {
    try {
      return parses(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    } catch {
      return false;
    }
  }

  test.each([
    ['overlong', [0x22, 0xc0, 0xaf, 0x22]],
    ['overlong, three bytes', [0x22, 0xe0, 0x80, 0xaf, 0x22]],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['beyond Unicode', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ['cut', [0x22, 0xe2, 0x82, 0x22]],
    ['Latin-1', [0x22, 0xe9, 0x22]],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
  ])('INP-07: refuses %s as an encoding', (_, bytes) => {
    expect(ruleOf(Uint8Array.from(bytes))).toBe('encoding');
  });

  test('INP-07: refuses UTF-16 and UTF-32', () => {
    expect(ruleOf(Uint8Array.from(Buffer.from('{"a":1}', 'utf16le')))).toBe('syntax');
    expect(ruleOf(Uint8Array.from([0, 0, 0, 0x7b, 0, 0, 0, 0x7d]))).toBe('syntax');
  });
});

describe('limits', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

  test('INP-01: takes 64 levels and refuses more, however many there are', () => {
    expect(ruleOf(nested(64))).toBe('ok');
    expect(ruleOf(`${'{"a":'.repeat(64)}1${'}'.repeat(64)}`)).toBe('ok');
    for (const depth of [65, 5_000, 1_000_000]) expect(ruleOf(nested(depth))).toBe('depth');
    expect(ruleOf('['.repeat(1024 * 1024))).toBe('depth');
  });

  test('INP-01: looks no further than the level that is too deep', () => {
    const touched = new Proxy(bytesOf('['.repeat(1024)), {
      get(target, name) {
        if (typeof name === 'string' && Number(name) > 65) throw new Error(`read ${name}`);
        return Reflect.get(target, name) as unknown;
      },
    });
    expect(scanJson(touched, payloadRules)).toMatchObject({ ok: false, problem: { rule: 'depth', at: 64 } });
  });

  test('INP-19: counts the members of all objects and refuses one too many', () => {
    const rules = { ...payloadRules, membersMax: 3 };
    expect(ruleOf('{"a":{"b":1},"c":[{}]}', rules)).toBe('ok');
    expect(ruleOf('[{"a":{"b":1}},{"c":1,"d":2}]', rules)).toBe('members');
  });
});

describe('duplicates', () => {
  test('INP-03: keeps them in payloads and refuses them in the control plane, however they are spelled', () => {
    expect(ruleOf('{"a":1,"a":2}')).toBe('ok');
    expect(ruleOf('{"a":1,"a":2}', controlRules)).toBe('duplicate_member');
    expect(ruleOf('{"a":1,"\\u0061":2}', controlRules)).toBe('duplicate_member');
    expect(ruleOf('{"é":1,"\\u00e9":2}', controlRules)).toBe('duplicate_member');
    expect(ruleOf('{"a":{"a":1},"b":[{"a":1},{"a":1}]}', controlRules)).toBe('ok');
  });

  test('INP-03: says where the second one is', () => {
    const scan = scanJson(bytesOf('{"x":[1,{"a/b":{}, "c~":[[],{"y":1,"y":2}]}]}'), controlRules);
    expect(scan).toMatchObject({ ok: false, problem: { pointer: '/x/1/c~0/1/y' } });
  });

  test('INP-03: keeps those inside the verbatim member and refuses those around it', () => {
    const rules: ScanRules = { ...controlRules, verbatim: 'data' };
    expect(ruleOf('{"type":"t","data":{"a":1,"a":{"b":1,"b":2}}}', rules)).toBe('ok');
    expect(ruleOf('{"data":{"a":1},"data":{}}', rules)).toBe('duplicate_member');
    expect(ruleOf('{"data":{"a":1,"a":1},"actor":{"id":1,"id":2}}', rules)).toBe('duplicate_member');
    expect(ruleOf('{"actor":{"data":{"a":1,"a":1}}}', rules)).toBe('duplicate_member');
  });

  test('INP-03: refuses exactly those objects that lose a member in JSON.parse', () => {
    const key = fc.constantFrom('a', 'b', '__proto__', 'é');
    const entries = fc.array(fc.tuple(key, fc.json({ maxDepth: 1 })), { maxLength: 4 });
    fc.assert(
      fc.property(entries, (members) => {
        const text = `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
        const loses = Object.keys(JSON.parse(text) as object).length < members.length;
        const inner = members.some(([, value]) => ruleOf(value, controlRules) === 'duplicate_member');
        expect(ruleOf(text, controlRules) === 'duplicate_member').toBe(loses || inner);
      }),
    );
  });
});

describe('cutting', () => {
  const spaced = fc.constantFrom('', ' ', '\n\t', '  ');
  const slice = (bytes: Uint8Array, start: number, end: number) =>
    Buffer.from(bytes.subarray(start, end)).toString();

  test('P13: says where every member of the root and its value lie, byte for byte', () => {
    const entry = fc.tuple(fc.string({ unit: 'grapheme' }), fc.json({ maxDepth: 3 }), spaced, spaced);
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        const parts = entries.map(
          ([key, value, before, after]) =>
            `${before}${JSON.stringify(key)}${after}:${before}${value}${after}`,
        );
        const bytes = bytesOf(` {${parts.join(',')}} `);
        const members = membersOf(bytes);
        expect(members.map((member) => member.key)).toEqual(entries.map(([key]) => key));
        expect(members.map(({ valueStart, valueEnd }) => slice(bytes, valueStart, valueEnd))).toEqual(
          entries.map(([, value]) => value),
        );
        const keyTexts = members.map(({ key, keyStart }) =>
          slice(bytes, keyStart, keyStart + Buffer.byteLength(JSON.stringify(key))),
        );
        expect(keyTexts).toEqual(entries.map(([key]) => JSON.stringify(key)));
      }),
    );
  });

  test('P13: says where every element lies', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.json({ maxDepth: 3 }), spaced)), (entries) => {
        const bytes = bytesOf(`[${entries.map(([value, space]) => space + value + space).join(',')}]`);
        const scan = scanJson(bytes, unlimited);
        const cut = cutArray(bytes, Infinity);
        if (!scan.ok || scan.root.kind !== 'array' || !cut.ok) throw new Error('no array');
        expect(cut.elements).toEqual(scan.root.elements);
        expect(cut.elements.map(({ start, end }) => slice(bytes, start, end))).toEqual(
          entries.map(([value]) => value),
        );
      }),
    );
  });

  test('INP-18: a cut array is JSON exactly when all its elements are', () => {
    fc.assert(
      fc.property(textOf('[]{}",1 \\a:', 14), (inside) => {
        const bytes = bytesOf(`[${inside}]`);
        const cut = cutArray(bytes, Infinity);
        const sound =
          cut.ok &&
          cut.elements.every(({ start, end }) => scanJson(bytes.subarray(start, end), unlimited).ok);
        expect(sound).toBe(parses(`[${inside}]`));
      }),
      { numRuns: 5_000 },
    );
  });

  test('INP-18: refuses one element too many', () => {
    expect(cutArray(bytesOf('[1,2,3]'), 3).ok).toBe(true);
    expect(cutArray(bytesOf('[1,2,3]'), 2)).toMatchObject({ ok: false, problem: { rule: 'elements' } });
  });
});
