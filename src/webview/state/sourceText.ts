/**
 * The C text around the steps, as the host sends it: asked for in stretches, kept until the text changes.
 */
import { type Signal, signal } from '@preact/signals';
import type { HostMessage } from '../../protocol/messages';
import type { Host } from './host';

/** Lines of one stretch. */
const STRETCH = 128;

export type Lines =
  | { readonly known: true; readonly from: number; readonly lines: readonly string[] }
  /** `problem`: one sentence, or null while they are on their way. */
  | { readonly known: false; readonly problem: string | null };

type Stretch = { readonly lines: readonly string[]; readonly problem: string | null } | 'asked';

export class SourceText {
  private stretches = new Map<string, Stretch>();
  private runId = 0;
  /** Counts up when something has come. */
  private readonly version: Signal<number> = signal(0);

  constructor(private readonly host: Host) {}

  /** Another run, or the same one with its places looked up again: what is known may be wrong now. */
  forget(runId: number): void {
    this.runId = runId;
    this.stretches = new Map();
    this.version.value += 1;
  }

  receive({ runId, file, from, lines, problem }: Extract<HostMessage, { type: 'lines' }>): void {
    if (runId !== this.runId) return;
    this.stretches.set(keyOf(file, Math.floor(from / STRETCH)), { lines, problem });
    this.version.value += 1;
  }

  /** Lines `from` to `to` (exclusive, from 0), as far as the file has them. Asks for those that are not there yet. */
  lines(file: string, from: number, to: number): Lines {
    void this.version.value; // whoever asks is drawn again when something has come
    const lines: string[] = [];
    let missing: Lines | null = null;
    for (let number = Math.floor(from / STRETCH); number * STRETCH < to; number += 1) {
      const stretch = this.stretch(file, number);
      if (stretch === 'asked') missing ??= { known: false, problem: null };
      else if (stretch.problem !== null) missing = { known: false, problem: stretch.problem };
      else {
        const first = number * STRETCH;
        lines.push(...stretch.lines.slice(Math.max(0, from - first), Math.max(0, to - first)));
      }
    }
    return missing ?? { known: true, from, lines };
  }

  private stretch(file: string, number: number): Stretch {
    const key = keyOf(file, number);
    const known = this.stretches.get(key);
    if (known !== undefined) return known;
    this.stretches.set(key, 'asked');
    const from = number * STRETCH;
    this.host.post({ type: 'lines', runId: this.runId, file, from, to: from + STRETCH });
    return 'asked';
  }
}

function keyOf(file: string, number: number): string {
  return `${number} ${file}`;
}
