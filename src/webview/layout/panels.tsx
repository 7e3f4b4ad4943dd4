/**
 * What docks where. One line adds a panel: it gets a tab, is kept over reloads and is found by the keyboard.
 * `session.open(dock, id)` brings one forward from elsewhere.
 */
import type { ComponentType } from 'preact';
import { BuildPanel } from '../build/BuildPanel';
import { ComparePanel } from '../compare/ComparePanel';
import { ExportButton } from '../export/ExportButton';
import { TimePanel } from '../time/TimePanel';
import { Operations } from '../views/Operations';
import { Path } from '../views/Path';
import type { Panel } from './panel';
import { StatePanel } from './StatePanel';

/** Beside the pictures, in the place of the path. */
export const LEFT_PANELS: readonly Panel[] = [
  {
    id: 'path',
    title: 'Run',
    hint: 'where the run is: call stack, steps, operations',
    icon: 'list',
    Content: RunPanel,
  },
];

/** In the middle. The timeline stays below all of them. */
export const MAIN_PANELS: readonly Panel[] = [
  {
    id: 'state',
    title: 'State',
    hint: 'everything there is at this step',
    icon: 'picture',
    Content: StatePanel,
  },
  {
    id: 'time',
    title: 'Time',
    hint: 'the whole run: watched values, locks, functions, invariants',
    icon: 'time',
    Content: TimePanel,
  },
  {
    id: 'build',
    title: 'Build',
    hint: 'put a scenario together by choosing',
    icon: 'write',
    Content: BuildPanel,
    wide: true,
  },
  {
    id: 'compare',
    title: 'Compare',
    hint: 'two runs side by side, and where they part',
    icon: 'compare',
    Content: ComparePanel,
    wide: true,
  },
];

/** Buttons at the right of the head, drawn only while there is a run; each draws its own popover. */
export const HEAD_ACTIONS: readonly { readonly id: string; readonly Content: ComponentType }[] = [
  { id: 'export', Content: ExportButton },
];

function RunPanel() {
  return (
    <>
      <Path />
      <Operations />
    </>
  );
}
