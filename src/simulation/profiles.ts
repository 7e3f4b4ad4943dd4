/**
 * The kernels that can be simulated. A profile is a table of functions: those of the newest kernel, with the few that
 * differ replaced (profiles/).
 */
import type { Profile } from './kernel';
import { BUGS } from './profiles/bugs';
import { linux6_1 } from './profiles/linux6_1';
import { linux6_12 } from './profiles/linux6_12';
import { linux7_2 } from './profiles/linux7_2';
import { linux7_3 } from './profiles/linux7_3';
import { linux7_0, SERIES } from './profiles/series';

const ALL: readonly Profile[] = [linux7_3, linux7_2, linux7_0, linux6_12, linux6_1, ...SERIES, ...BUGS];

export interface ProfileInfo {
  readonly id: string;
  /** For people: `Linux 7.3`. */
  readonly title: string;
  /** What sets it apart, one clause. */
  readonly note: string;
}

/** What can be asked for: kernels, the newest first, then the states of the series, then old bugs. */
export const PROFILES: readonly ProfileInfo[] = ALL.map(({ id, title, note }) => ({ id, title, note }));

/** The profile used when nobody names one. */
export const DEFAULT_PROFILE = linux7_3.id;

/** The profile of that id, or one sentence for people. */
export function findProfile(id: string): Profile | string {
  return (
    ALL.find((profile) => profile.id === id) ??
    `There is no kernel profile ${id}; known are ${ALL.map((profile) => profile.id).join(', ')}.`
  );
}
