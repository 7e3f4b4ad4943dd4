/** Long work in the extension host, a piece at a time. */

/** Lets everything that waits have its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}
