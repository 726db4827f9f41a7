// What went wrong, for the operator's log: names, messages, codes and stack of an error and of what caused it.

export type LoggedCause = {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedCause;
};

const textMax = 4_000;
const depthMax = 5;

/** Takes these members of an error and no others: what else a library hangs on its errors may hold secrets. */
export function causeOf(thrown: unknown, depth = 1): LoggedCause {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: cut(String(thrown)) };
  const code = (thrown as { code?: unknown }).code;
  return {
    name: thrown.name,
    message: cut(thrown.message),
    ...(typeof code === 'string' && { code }),
    ...(thrown.stack !== undefined && { stack: cut(thrown.stack) }),
    ...(thrown.cause !== undefined && depth < depthMax && { cause: causeOf(thrown.cause, depth + 1) }),
  };
}

function cut(text: string): string {
  return text.length > textMax ? `${text.slice(0, textMax)}…` : text;
}
