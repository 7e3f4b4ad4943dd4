/** Long work in the extension host, a piece at a time. */

/** Milliseconds, where nothing else is said. */
const TURN = 25;

/** Lets everything that waits have its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}

/** Work done a piece at a time, in which everything that waits gets its turn now and then. */
export class Turns {
  private rested = performance.now();

  /** @param turn milliseconds of work after which others get their turn */
  constructor(private readonly turn = TURN) {}

  private get isDue(): boolean {
    return performance.now() - this.rested > this.turn;
  }

  /** Waits until others had their turn, if it is time. What was known before may be old then. */
  async rest(): Promise<void> {
    if (!this.isDue) return;
    await nextTurn();
    this.rested = performance.now();
  }

  /** Does work that stops now and then to its end; undefined when it was called off. */
  async through<R>(work: Generator<void, R>, isOff: () => boolean): Promise<R | undefined> {
    let step = work.next();
    while (!step.done) {
      if (this.isDue) {
        await this.rest();
        if (isOff()) return undefined;
      }
      step = work.next();
    }
    return step.value;
  }
}
