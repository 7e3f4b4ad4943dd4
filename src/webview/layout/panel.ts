/**
 * A panel that docks in the explorer: beside the pictures (`left`), or in the middle (`main`). Those of one dock share
 * its place as tabs. What docks is listed in `panels.tsx`.
 */
import type { ComponentType } from 'preact';
import type { IconName } from '../parts/Icon';

export type Dock = 'left' | 'main';

export interface Panel {
  /** Kept over reloads as the tab that is open. */
  readonly id: string;
  /** On the tab: one word or two. */
  readonly title: string;
  /** One clause: what one sees there. */
  readonly hint: string;
  readonly icon: IconName;
  readonly Content: ComponentType;
  /** Can be used before there is a run. */
  readonly withoutRun?: boolean;
  /** For `main`: takes the place of the side column (changes, locks, invariants) too. */
  readonly wide?: boolean;
}

/** The panel of a dock that is open: the one that was chosen, or the first of those that can be shown. */
export function openPanel(panels: readonly Panel[], chosen: string, running: boolean): Panel | undefined {
  const possible = running ? panels : panels.filter(({ withoutRun }) => withoutRun === true);
  return possible.find(({ id }) => id === chosen) ?? possible[0];
}
