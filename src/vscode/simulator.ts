/**
 * The engine that runs scenarios here, and the kernels it can behave as.
 */
import { createEvaluator } from '../invariants/evaluator';
import { createSimulation } from '../simulation/engine';
import { PROFILES } from '../simulation/profiles';
import type { Engine } from '../trace/engine';
import type { Evaluator } from '../trace/evaluation';
import { Notice } from './notice';

export interface ProfileInfo {
  readonly id: string;
  /** `Linux 7.3`. */
  readonly title: string;
  /** What sets it apart, one clause. */
  readonly note: string;
}

export interface Simulator {
  readonly profiles: readonly ProfileInfo[];
  engine(profile: string): Engine;
  evaluator(): Evaluator;
}

export const simulator: Simulator = {
  profiles: PROFILES,
  engine(profile) {
    const engine = createSimulation(profile);
    if ('problem' in engine) throw new Notice(engine.problem);
    return engine;
  },
  evaluator: () => createEvaluator(),
};

const VERSION_ID = /^(\d+)\.(\d+)$/;

function versionNumber(id: string): number | null {
  const match = VERSION_ID.exec(id);
  return match ? Number(match[1]) * 1000 + Number(match[2]) : null;
}

/** Profiles that stand for a released kernel, oldest first. */
export function releases(profiles: readonly ProfileInfo[]): ProfileInfo[] {
  return versioned(profiles).map(({ profile }) => profile);
}

function versioned(profiles: readonly ProfileInfo[]): { profile: ProfileInfo; version: number }[] {
  return profiles
    .flatMap((profile) => {
      const version = versionNumber(profile.id);
      return version === null ? [] : [{ profile, version }];
    })
    .sort((a, b) => a.version - b.version);
}

/** The profile of the newest kernel. */
export function newestProfile(profiles: readonly ProfileInfo[]): ProfileInfo {
  const profile = releases(profiles).at(-1) ?? profiles.at(-1);
  if (!profile) throw new Error('the simulation offers no kernel profile');
  return profile;
}

/** The profile whose kernel is `version` (`7.3.4`), else the nearest older one, else the oldest. */
export function profileForVersion(profiles: readonly ProfileInfo[], version: string): ProfileInfo {
  const wanted = versionNumber(/^\d+\.\d+/.exec(version)?.[0] ?? '');
  if (wanted === null) return newestProfile(profiles);
  const known = versioned(profiles);
  const older = known.findLast((release) => release.version <= wanted);
  return (older ?? known[0])?.profile ?? newestProfile(profiles);
}

/** A profile by id. Throws a notice that names the ones there are. */
export function profileNamed(profiles: readonly ProfileInfo[], id: string): ProfileInfo {
  const profile = profiles.find((known) => known.id === id);
  if (profile) return profile;
  const ids = profiles.map((known) => known.id).join(', ');
  throw new Notice(`There is no kernel profile “${id}”. Choose one of: ${ids}.`);
}
