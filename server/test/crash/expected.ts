// Which webhooks an event is for, told independently of the product's own matching.

/** Patterns as the crash rounds use them: exact, `prefix.*` and `*`. */
export function matchesType(patterns: readonly string[], type: string): boolean {
  return patterns.some(
    (pattern) => pattern === type || (pattern.endsWith('*') && type.startsWith(pattern.slice(0, -1))),
  );
}
