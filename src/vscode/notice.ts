/**
 * Errors that are meant for people.
 */

/** Something that a person can do something about: shown as it is, without a stack. */
export class Notice extends Error {
  override readonly name = 'Notice';

  constructor(
    message: string,
    readonly level: 'info' | 'warning' = 'warning',
  ) {
    super(message);
  }
}
