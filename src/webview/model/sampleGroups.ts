/**
 * Samples as pickers show them: under the headings that the host gives them.
 */
import type { SampleInfo } from '../../protocol/messages';

export interface SampleGroup {
  /** null for the samples that stand first, without a heading. */
  readonly title: string | null;
  readonly samples: readonly SampleInfo[];
}

/** Neighbours of the same group together, in the order given. */
export function sampleGroups(samples: readonly SampleInfo[]): SampleGroup[] {
  const groups: { title: string | null; samples: SampleInfo[] }[] = [];
  for (const sample of samples) {
    const title = sample.group ?? null;
    const last = groups.at(-1);
    if (last && last.title === title) last.samples.push(sample);
    else groups.push({ title, samples: [sample] });
  }
  return groups;
}
