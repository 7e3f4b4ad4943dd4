/**
 * Says where we are to those who listen instead of look: "step 12 of 97: lock the root".
 */
import { useEffect, useState } from 'preact/hooks';
import { stepNumber } from '../model/frame';
import { useSession } from '../state/context';

/** Milliseconds of rest before something is said, so that scrubbing is not a torrent. */
const REST = 250;

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
