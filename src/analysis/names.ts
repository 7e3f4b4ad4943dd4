/** Lists of functions in sentences. */

/** `a(), b(), c() and 2 more`: at most `most` of the names. */
export function listedFunctions(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).map((name) => `${name}()`);
  return `${shown.join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`;
}
