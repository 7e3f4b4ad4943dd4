/**
 * Recognises a kernel tree and the built-in simulation profile that fits it. Point releases take over changes from newer
 * kernels, so a tree is judged by what its text does; its version is only shown.
 */
import { squeeze } from './normalise';

/** Text of a file of the tree by its path from the root; undefined when absent. */
export type TextOf = (path: string) => string | undefined;

/** Files whose text `recogniseKernelTree` looks at. */
export const RECOGNITION_FILES: readonly string[] = [
  'Makefile',
  'mm/rmap.c',
  'mm/vma.c',
  'mm/mmap.c',
  'mm/internal.h',
  'mm/interval_tree.c',
  'include/linux/rmap.h',
];

/** Something that a kernel's text does or does not do. */
export interface KernelFeature {
  readonly name: string;
  /** One phrase: what holds when it is there. */
  readonly title: string;
  readonly isPresent: boolean;
}

export interface KernelTree {
  /** `VERSION.PATCHLEVEL.SUBLEVEL` of the Makefile; undefined without one. */
  readonly version: string | undefined;
  readonly features: readonly KernelFeature[];
  /** The profile that fits, or the nearest one. */
  readonly profile: string;
  readonly isExact: boolean;
  /** One sentence: why this profile. */
  readonly reason: string;
}

interface FeatureProbe {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly test: RegExp;
}

const PROBES: readonly FeatureProbe[] = [
  {
    name: 'anon_rmap_tree',
    title: 'the anon_vma tree is keyed by the anonymous page offset',
    path: 'mm/interval_tree.c',
    test: /\banon_rmap_tree_insert\s*\(/,
  },
  {
    name: 'check_anon_vma_clone',
    title: 'a clone checks what it relies on',
    path: 'mm/rmap.c',
    test: /\bcheck_anon_vma_clone\s*\(/,
  },
  {
    name: 'vma_operation',
    title: 'a clone is told the operation it is for',
    path: 'mm/rmap.c',
    test: /\bint\s+anon_vma_clone\s*\([^)]*\benum\s+vma_operation\b/,
  },
  {
    name: 'internal anon_vma functions',
    title: 'the anon_vma functions are internal to mm',
    path: 'mm/internal.h',
    test: /\banon_vma_prepare\s*\(/,
  },
  {
    name: 'cleanup_partial_anon_vmas',
    title: 'a clone that failed is cleaned up by a function of its own',
    path: 'mm/rmap.c',
    test: /\bcleanup_partial_anon_vmas\s*\(/,
  },
  {
    name: 'dup_anon_vma',
    title: 'merging lives in mm/vma.c and duplicates through dup_anon_vma()',
    path: 'mm/vma.c',
    test: /\bdup_anon_vma\s*\(/,
  },
  {
    name: 'anon_vma_merge',
    title: 'a merge drops links through anon_vma_merge()',
    path: 'include/linux/rmap.h',
    test: /\banon_vma_merge\s*\(/,
  },
  {
    name: '__vma_adjust',
    title: 'merge, split and expansion go through __vma_adjust()',
    path: 'mm/mmap.c',
    test: /\b__vma_adjust\s*\(/,
  },
];

/** Features that each built-in profile has; all others it lacks. Newest first. */
const PROFILES: readonly { readonly name: string; readonly features: readonly string[] }[] = [
  {
    name: '7.3',
    features: [
      'anon_rmap_tree',
      'check_anon_vma_clone',
      'vma_operation',
      'internal anon_vma functions',
      'cleanup_partial_anon_vmas',
      'dup_anon_vma',
    ],
  },
  {
    name: '7.2',
    features: [
      'check_anon_vma_clone',
      'vma_operation',
      'internal anon_vma functions',
      'cleanup_partial_anon_vmas',
      'dup_anon_vma',
    ],
  },
  { name: '6.12', features: ['dup_anon_vma', 'anon_vma_merge'] },
  { name: '6.1', features: ['anon_vma_merge', '__vma_adjust'] },
];

/** `7.3.4` from the top-level Makefile's text; undefined when it does not say. */
export function versionOfMakefile(makefile: string): string | undefined {
  const part = (name: string): string | undefined =>
    new RegExp(`^${name}[ \\t]*=[ \\t]*(\\d+)`, 'm').exec(makefile)?.[1];
  const version = part('VERSION');
  const patchLevel = part('PATCHLEVEL');
  if (version === undefined || patchLevel === undefined) {
    return undefined;
  }
  const sublevel = part('SUBLEVEL');
  return [version, patchLevel, ...(sublevel === undefined ? [] : [sublevel])].join('.');
}

function featuresOf(textOf: TextOf): KernelFeature[] {
  return PROBES.map(({ name, title, path, test }) => ({
    name,
    title,
    isPresent: test.test(textOf(path) ?? ''),
  }));
}

function differencesTo(
  profile: { readonly features: readonly string[] },
  features: readonly KernelFeature[],
): KernelFeature[] {
  return features.filter(({ name, isPresent }) => profile.features.includes(name) !== isPresent);
}

/** What the tree is, judged by its text; undefined when it is no kernel tree (no mm/rmap.c with anon_vmas in it). */
export function recogniseKernelTree(textOf: TextOf): KernelTree | undefined {
  if (!/\banon_vma_clone\s*\(/.test(textOf('mm/rmap.c') ?? '')) {
    return undefined;
  }
  const features = featuresOf(textOf);
  const version = versionOfMakefile(textOf('Makefile') ?? '');
  const ranked = PROFILES.map((profile) => ({ profile, differences: differencesTo(profile, features) }));
  const [best] = ranked.sort((a, b) => a.differences.length - b.differences.length);
  if (!best) {
    return undefined;
  }
  const { profile, differences } = best;
  if (differences.length === 0) {
    const reason = `The text does all that distinguishes ${profile.name}.`;
    return { version, features, profile: profile.name, isExact: true, reason };
  }
  const list = differences.map(({ name, isPresent }) => `${isPresent ? 'has' : 'lacks'} ${name}`).join(', ');
  const reason = `No built-in profile fits; ${profile.name} is nearest, but unlike it this tree ${list}.`;
  return { version, features, profile: profile.name, isExact: false, reason };
}

/** True when two pieces of kernel code are the same but for blanks and comments. */
export function isSameCode(a: string, b: string): boolean {
  return squeeze(a) === squeeze(b);
}
