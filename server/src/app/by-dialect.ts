// What the engine and the tests of webhooks look up by a webhook's dialect.

import type { Dialect } from '../api/dialect.ts';
import type { DialectName } from '../domain/webhook.ts';

/** One part of each dialect that is built in, by name; undefined for the others. */
export function byDialect<Part>(
  dialects: readonly Dialect[],
  partOf: (dialect: Dialect) => Part,
): Readonly<Record<DialectName, Part | undefined>> {
  const part = (name: DialectName) => {
    const dialect = dialects.find((each) => each.name === name);
    return dialect === undefined ? undefined : partOf(dialect);
  };
  return {
    native: part('native'),
    confluence: part('confluence'),
    xurrent: part('xurrent'),
    entrust: part('entrust'),
  };
}
