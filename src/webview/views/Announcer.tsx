/**
 * Says where we are and what changed to those who listen instead of look: "step 12 of 97: lock the root; A0 rwsem from
 * free to held for writing".
 */
import { useEffect, useState } from 'preact/hooks';
import type { ObjectChange } from '../model/changes';
import { stepNumber } from '../model/frame';
import { counted } from '../parts/Bits';
import { useSession } from '../state/context';

/** Milliseconds of rest before something is said, so that scrubbing is not a torrent. */
const REST = 250;

/** Changes that are said; the rest is a number. */
const MOST_SAID = 2;

function changesSaid(changes: readonly ObjectChange[]): string[] {
  const said = changes.flatMap(({ label, tag, fields }) =>
    tag === 'changed'
      ? fields.map(
          ({ field, old, new: now }) => `${label} ${field} from ${old ?? 'nothing'} to ${now ?? 'nothing'}`,
        )
      : [`${label} ${tag === 'added' ? 'made' : 'freed'}`],
  );
  const rest = said.length - MOST_SAID;
  return rest > 0
    ? [...said.slice(0, MOST_SAID), `and ${counted(rest, 'more change', 'more changes')}`]
    : said;
}

export function Announcer() {
  const session = useSession();
  const [said, setSaid] = useState('');
  const run = session.run.value;
  const position = session.position.value;
  useEffect(() => {
    if (!run) return;
    const step = run.steps[position];
    const where = `step ${stepNumber(position)} of ${run.steps.length}`;
    const broken = run.data.violations.filter(({ step: at }) => at === position);
    const text = [
      step?.text ?? 'before the first step',
      ...changesSaid(session.now.changes.peek()),
      ...broken.map(({ message }) => `violated: ${message}`),
    ];
    const timer = window.setTimeout(() => setSaid(`${where}: ${text.join('; ')}`), REST);
    return () => window.clearTimeout(timer);
  }, [run, position]);
  return (
    <div class="hidden" role="status" aria-live="polite" aria-atomic="true">
      {said}
    </div>
  );
}
