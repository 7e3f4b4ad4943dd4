/** How a run of C text ends early, always with one sentence that says where and what to do. */

/** A place in a file of the tree: offsets in UTF-16 units of its text. */
export interface Place {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

export type StopReason =
  /** The text uses something that the machine lacks or did not understand. */
  | 'unsupported'
  /** The kernel would crash here: a wild or NULL pointer, a division by zero. */
  | 'oops'
  /** A limit on steps, call depth or memory was reached. */
  | 'limit';

/** Thrown by the machine, and caught by the engine that runs it: nothing more of this run can be trusted. */
export class Stop extends Error {
  constructor(
    readonly reason: StopReason,
    message: string,
    readonly place: Place | null,
    /** Of an unsupported thing its name, for a setting that supplies a stub. */
    readonly what: string | null = null,
  ) {
    super(message);
    this.name = 'Stop';
  }
}
