/**
 * What the builder, the comparison and the export keep while the explorer is open. What can be done and what it does is
 * the host's to say: each choice is sent there, and the answer is shown.
 */
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type {
  BuildChange,
  BuildingHostMessage,
  BuildView,
  ComparableInfo,
  ComparedRun,
  PictureFormat,
} from '../../protocol/building';
import type { AllocationFault, Operation } from '../../trace/engine';
import type { Session } from '../state/session';

/** Where the operation that is put together goes. */
export type Target =
  | { readonly kind: 'insert'; readonly after: number }
  | { readonly kind: 'replace'; readonly index: number };

/** A place behind all operations. */
const AT_THE_END = Number.MAX_SAFE_INTEGER;

export class BuildingState {
  readonly view = signal<BuildView | null>(null);
  readonly draft = signal<Operation | null>(null);
  readonly target = signal<Target>({ kind: 'insert', after: AT_THE_END });
  readonly process = signal<string | null>(null);
  /** The rest of the scenario follows in a branch. */
  readonly rest = signal(false);
  readonly comparable = signal<readonly ComparableInfo[]>([]);
  readonly comparison = signal<{ readonly a: ComparedRun; readonly b: ComparedRun } | null>(null);
  /** Ids of the two that were chosen; what came of it is `comparison`, or a notice. */
  readonly chosen = signal<{ readonly a: string; readonly b: string } | null>(null);
  readonly picture = signal<PictureFormat | null>(null);
  /** The answer on show is that of the last question. */
  readonly upToDate: ReadonlySignal<boolean> = computed(
    () => (this.view.value?.request ?? 0) >= this.asked.value,
  );
  private readonly asked = signal(0);
  private open = false;
  private wanted: number | null = null;

  constructor(private readonly session: Session) {}

  receive(message: BuildingHostMessage): void {
    switch (message.type) {
      case 'building':
        this.show(message.view);
        return;
      case 'comparable':
        this.comparable.value = message.runs;
        return;
      case 'comparison':
        this.comparison.value = { a: message.a, b: message.b };
        this.chosen.value = { a: message.a.id, b: message.b.id };
        return;
      case 'drawPicture':
        this.picture.value = message.format;
        return;
      case 'openPanel':
        this.wanted = message.operation;
        this.session.open(message.dock, message.panel);
        this.takeWanted();
        return;
    }
  }

  /** The builder is on show, or no longer. */
  watch(open: boolean): void {
    this.open = open;
    this.session.post({ type: 'watchBuilding', open });
    if (open) this.ask();
  }

  aim(target: Target, draft: Operation | null = null): void {
    batch(() => {
      this.target.value = target;
      this.draft.value = draft;
      if (draft) this.process.value = draft.process;
    });
    this.ask();
  }

  choose(draft: Operation | null): void {
    this.draft.value = draft;
    if (draft) this.process.value = draft.process;
    this.ask();
  }

  chooseProcess(process: string): void {
    const draft = this.draft.peek();
    this.process.value = process;
    this.draft.value = draft && { ...draft, process };
    this.ask();
  }

  /** Lets an allocation fail, or no longer. */
  toggleFault(fault: AllocationFault): void {
    const draft = this.draft.peek();
    if (!draft) return;
    const others = draft.faults.filter(
      ({ kind, nth, nowait }) => kind !== fault.kind || nth !== fault.nth || nowait !== fault.nowait,
    );
    const faults = others.length < draft.faults.length ? others : [...draft.faults, fault];
    this.choose({ ...draft, faults });
  }

  /** Writes the draft into the scenario, and goes on behind it. */
  write(): void {
    const draft = this.draft.peek();
    const view = this.view.peek();
    if (!draft || !view) return;
    const target = this.target.peek();
    if (target.kind === 'replace') {
      this.edit({ kind: 'replace', index: target.index, operation: draft });
      return;
    }
    this.edit({ kind: 'insert', after: view.after, operation: draft });
    this.aim({ kind: 'insert', after: view.after + 1 });
  }

  edit(change: BuildChange): void {
    const version = this.view.peek()?.version;
    if (version !== undefined) this.session.post({ type: 'edit', version, change });
  }

  /** Runs the draft in the place of an operation, beside the run on show. */
  branch(): void {
    const draft = this.draft.peek();
    const view = this.view.peek();
    const run = this.session.run.peek();
    if (!draft || !view || !run) return;
    const target = this.target.peek();
    const at = target.kind === 'replace' ? target.index : view.after + 1;
    const { runId } = run.data;
    this.session.post({ type: 'branch', runId, at, operation: draft, rest: this.rest.peek() });
  }

  compare(a: string, b: string): void {
    this.chosen.value = { a, b };
    this.session.post({ type: 'compare', a, b });
  }

  private ask(): void {
    if (!this.open) return;
    this.asked.value += 1;
    const target = this.target.peek();
    this.session.post({
      type: 'preview',
      request: this.asked.peek(),
      after: target.kind === 'replace' ? target.index - 1 : target.after,
      process: this.process.peek(),
      operation: this.draft.peek(),
    });
  }

  private show(view: BuildView): void {
    batch(() => {
      this.view.value = view;
      const target = this.target.peek();
      if (target.kind === 'insert' && view.request === this.asked.peek())
        this.target.value = { kind: 'insert', after: view.after };
      if (target.kind === 'replace' && target.index >= view.operations)
        this.target.value = { kind: 'insert', after: AT_THE_END };
    });
    this.takeWanted();
  }

  /** An operation that somebody wants to try differently. */
  private takeWanted(): void {
    if (this.wanted === null) return;
    const index = this.wanted;
    const value = this.view.peek()?.lines.find(({ operation }) => operation === index)?.value;
    if (!value) return;
    this.wanted = null;
    this.aim({ kind: 'replace', index }, value);
  }
}

const TYPES: Readonly<Record<BuildingHostMessage['type'], true>> = {
  building: true,
  comparable: true,
  comparison: true,
  drawPicture: true,
  openPanel: true,
};

export function isAboutBuilding(message: { readonly type: string }): message is BuildingHostMessage {
  return message.type in TYPES;
}
