// JSON that a person is typing: its value, or where it is not JSON yet.

import * as texts from '../texts/texts.ts';

export type TypedJson =
  | { readonly value: unknown; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string };

export function jsonIn(text: string): TypedJson {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: texts.common.noJson(error instanceof Error ? error.message : '') };
  }
}
