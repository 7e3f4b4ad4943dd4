/**
 * The scenarios that come with the extension. They are part of its text: both extension hosts have them without I/O.
 */
import { parseScenario } from '../scenario/parser';
import { titleOf } from '../scenario/runner';

export interface Sample {
  /** File name without its ending. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences: what it shows. */
  readonly description: string;
  readonly text: string;
}

/** Title and description from the text itself: its `scenario` line, and the comment above the first operation. */
function sample(id: string, text: string): Sample {
  const scenario = parseScenario(text);
  const head = scenario.lines.slice(
    0,
    scenario.lines.findIndex(({ statement }) => statement?.kind === 'operation'),
  );
  const description = head.flatMap(({ statement, comment }) =>
    statement === null && comment !== null ? [comment.replace(/^#+\s*/, '')] : [],
  );
  return { id, title: titleOf(scenario) ?? id, description: description.join(' '), text };
}

export const SAMPLES: readonly Sample[] = [
  sample('temp', 'scenario "temp"\nP: mmap 0x10 4\nP: write 0x10\nP: fork C\nC: write 0x10\nC: fork D\n'),
];
