/**
 * Error numbers of the simulated functions.
 */

/** Errors are returned as in C: 0, or a negative errno of this list. */
export const ENOMEM = 12;
export const EFAULT = 14;
export const EEXIST = 17;
export const EINVAL = 22;
export const ESRCH = 3;
export const EAGAIN = 11;
export const ENOSYS = 38;

const ERRNO_NAMES: Readonly<Record<number, string>> = {
  [ESRCH]: 'ESRCH',
  [EAGAIN]: 'EAGAIN',
  [ENOMEM]: 'ENOMEM',
  [EFAULT]: 'EFAULT',
  [EEXIST]: 'EEXIST',
  [EINVAL]: 'EINVAL',
  [ENOSYS]: 'ENOSYS',
};

/** Name of a positive errno. */
export function errnoName(errno: number): string {
  return ERRNO_NAMES[errno] ?? `errno ${errno}`;
}
