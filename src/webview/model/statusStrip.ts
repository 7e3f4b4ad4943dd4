/**
 * Status over time of several invariants as one strip: at each moment the worst that any of them has.
 */
import type { InvariantSpan, InvariantStatus } from '../../protocol/messages';
import type { Stretch } from './lockRows';

export interface StatusBand {
  /** Steps, end exclusive. */
  readonly from: number;
  readonly to: number;
  readonly status: Exclude<InvariantStatus, 'holds'>;
}

const WORSE: Readonly<Record<InvariantStatus, number>> = { holds: 0, suspended: 1, violated: 2 };

/** Bands where something does not hold. Bands shorter than `least` steps that follow each other closely become one. */
export function statusBands(
  timelines: readonly (readonly InvariantSpan[])[],
  { from, to }: Stretch,
  least = 1,
): StatusBand[] {
  const events: { step: number; change: readonly [InvariantStatus, InvariantStatus] }[] = [];
  for (const spans of timelines) {
    let before: InvariantStatus = 'holds';
    for (const { step, status } of spans) {
      if (status !== before) events.push({ step, change: [before, status] });
      before = status;
    }
  }
  events.sort((a, b) => a.step - b.step);
  const counts: Record<InvariantStatus, number> = { holds: 0, suspended: 0, violated: 0 };
  const worst = (): InvariantStatus =>
    counts.violated > 0 ? 'violated' : counts.suspended > 0 ? 'suspended' : 'holds';
  const bands: StatusBand[] = [];
  let began = from;
  let now: InvariantStatus = 'holds';
  const close = (end: number) => {
    const band = { from: Math.max(from, began), to: Math.min(to, end) };
    if (now !== 'holds' && band.from < band.to) add(bands, { ...band, status: now }, least);
  };
  for (const [index, { step, change }] of events.entries()) {
    counts[change[0]] -= 1;
    counts[change[1]] += 1;
    if (events[index + 1]?.step === step) continue;
    const next = worst();
    if (next === now) continue;
    close(step);
    began = step;
    now = next;
  }
  close(to);
  return bands;
}

function add(bands: StatusBand[], band: StatusBand, least: number): void {
  const before = bands.at(-1);
  if (before && least > 1 && band.from - before.to < least) {
    const short = band.to - band.from < least || before.to - before.from < least;
    if (short) {
      const status = WORSE[band.status] > WORSE[before.status] ? band.status : before.status;
      bands[bands.length - 1] = { from: before.from, to: band.to, status };
      return;
    }
  }
  bands.push(band);
}
