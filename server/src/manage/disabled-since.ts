// Since when something is disabled, once a change has switched it off, on again, or left it alone.

import type { Instant } from '../domain/clock.ts';

/** `disabled` is what the change asks for; what is disabled already stays so since then. */
export function disabledSince(
  { disabledAt }: { readonly disabledAt: Instant | null },
  disabled: boolean | undefined,
  now: Instant,
): Instant | null {
  if (disabled === undefined) return disabledAt;
  return disabled ? (disabledAt ?? now) : null;
}
