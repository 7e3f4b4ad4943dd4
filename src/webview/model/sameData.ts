/**
 * Are two pieces of plain data the same? What the views are given is made anew for each step; most of it is as it was, and
 * comparing is much cheaper than drawing.
 */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const one = Object.entries(a);
  const two = b as Readonly<Record<string, unknown>>;
  return one.length === Object.keys(b).length && one.every(([key, value]) => sameData(value, two[key]));
}
