// JSON that a person is typing: its value, or where it is not JSON yet, or would lose a part of what is written.

import * as texts from '../texts/texts.ts';

export type TypedJson =
  | { readonly value: unknown; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string };

export function jsonIn(text: string): TypedJson {
  try {
    const value = JSON.parse(text) as unknown;
    // Of a member that comes twice, parsing keeps the last one without a word.
    const twice = repeatedMember(text);
    return twice === undefined ? { value } : { problem: texts.common.memberTwice(twice) };
  } catch (error) {
    return { problem: texts.common.noJson(error instanceof Error ? error.message : '') };
  }
}

/** Of text that is JSON: a brace, or a string with the colon that makes it the name of a member. */
const token = /[{}]|("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g;

/** The first name that comes twice in one object, at any depth. The text must be JSON. */
function repeatedMember(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [found, quoted, colon] of text.matchAll(token)) {
    if (found === '{') open.push(new Set());
    if (found === '}') open.pop();
    if (quoted === undefined || colon === undefined) continue;
    const name = JSON.parse(quoted) as string;
    if (open.at(-1)!.has(name)) return name;
    open.at(-1)!.add(name);
  }
  return undefined;
}
