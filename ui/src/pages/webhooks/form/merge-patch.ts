// The JSON merge patch (RFC 7396) that makes one object of another.

type Members = Readonly<Record<string, unknown>>;

/** Of members that are objects only what differs; whatever lies deeper is given whole. */
export function mergePatch(before: Members, after: Members, levels = 2): Members {
  const patch: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, fresh] = [before[name], after[name]];
    if (JSON.stringify(old) === JSON.stringify(fresh)) continue;
    if (fresh === undefined) patch[name] = null;
    else if (levels > 1 && isObject(old) && isObject(fresh)) patch[name] = mergePatch(old, fresh, levels - 1);
    else patch[name] = fresh;
  }
  return patch;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
