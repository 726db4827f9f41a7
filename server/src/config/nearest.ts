// Guesses which name was meant by a mistyped one.

/** `; did you mean X?` for the nearest known name, or nothing when none is near. */
export function nearest(given: string, known: readonly string[]): string {
  let best = { name: '', distance: Number.POSITIVE_INFINITY };
  for (const name of known) {
    const distance = editDistance(given, name);
    if (distance < best.distance) best = { name, distance };
  }
  return best.distance <= Math.max(2, given.length / 4) ? `; did you mean ${best.name}?` : '';
}

/** How many letters must be changed, added or removed (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
