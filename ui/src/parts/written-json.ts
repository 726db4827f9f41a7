// JSON as it is shown: numbers stand as they were written, also those that a double would change.

/** A number whose text is not what JavaScript makes of it. */
export class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Throws where the text is no JSON. */
export function readWritten(text: string): unknown {
  return JSON.parse(text, kept) as unknown;
}

/** Browsers that do not tell the source get the number itself. */
function kept(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  return typeof value === 'number' && source !== undefined && source !== String(value)
    ? new WrittenNumber(source)
    : value;
}
