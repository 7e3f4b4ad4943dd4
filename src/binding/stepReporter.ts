/** Steps of the text as steps of a trace: which functions are told of, what kind a statement is, and where it stands. */
import type { CMachine, MachineHooks } from '../interpreter/machine';
import type { Place } from '../interpreter/problem';
import type { Observer } from '../trace/engine';
import type { Location, StepKind } from '../trace/step';
import type { BoundKernel } from './boundKernel';

/** Longest piece of a statement that a step shows. */
const MAX_TEXT = 100;

/** What a statement mainly does, by what it calls; the first that fits. */
const KINDS: readonly (readonly [RegExp, StepKind])[] = [
  [/^return\b/, 'return'],
  [/\b(VM_)?(WARN|BUG)(_ON\w*)?\s*\(|\b\w+_assert_\w+\s*\(/, 'assert'],
  [/\b(kmem_cache_free|\w+_chain_free)\s*\(/, 'free'],
  [/\b(kmem_cache_\w*alloc|\w+_chain_alloc)\s*\(/, 'alloc'],
  [/\b\w*unlock\w*\s*\(|\bup_(read|write)\s*\(/, 'unlock'],
  [/\b\w*(_lock|lock_\w+)\s*\(|\bdown_(read|write)\w*\s*\(|\bvma_start_write\w*\s*\(/, 'lock'],
  [/\blist_(add|del|move)\w*\s*\(|\b\w+_chain_(assign|link)\s*\(/, 'list'],
  [/\b\w+_tree_(insert|remove)\w*\s*\(|\bvma_iter_(store|clear)\w*\s*\(/, 'tree'],
  [/^[^()]*[^=!<>]=[^=]|\+\+|--/, 'write'],
];

interface Statement {
  /** `leave`: the step in which its function is left; `nothing`: no step. */
  readonly role: 'step' | 'leave' | 'nothing';
  readonly text: string;
  readonly kind: StepKind;
  readonly location: Location;
}

/** A declaration that does nothing. */
const DECLARATION =
  /^(?!return\b|break\b|continue\b|goto\b|else\b|case\b|default\b)[A-Za-z_][\w\s*,]*[\s*]\w+(\[[^\]]*\])*( __\w+)?;$/;
const SIMPLE_RETURN = /^return\b[^(]*;$/;

export class StepReporter implements MachineHooks {
  #observer: Observer | null = null;
  /** Functions entered, and whether steps are told of each. */
  readonly #open: boolean[] = [];
  readonly #names: string[] = [];
  /** A return without calls, which is the step in which its function is left. */
  #leaving: Statement | null = null;
  readonly #statements = new WeakMap<Place, Statement>();
  readonly #lines = new Map<string, { readonly text: string; readonly starts: readonly number[] }>();

  constructor(
    private readonly machine: CMachine,
    private readonly kernel: BoundKernel,
  ) {}

  begin(observer: Observer | null): void {
    this.#observer = observer;
    this.#open.length = this.#names.length = 0;
  }

  enter(functionName: string, head: Place): void {
    const told = isTold(head.file);
    this.#open.push(told);
    this.#names.push(functionName);
    this.kernel.runningFunction = functionName;
    if (!told || !this.#observer) return;
    this.kernel.recording.flush();
    const { text, location } = this.#statementAt(head);
    this.#observer.enter(functionName, functionName, text);
    this.#observer.located?.(location);
  }

  step(place: Place, functionName: string): void {
    if (this.#open.at(-1) !== true || !this.#observer) return;
    const statement = this.#statementAt(place);
    if (statement.role === 'nothing') return;
    this.kernel.runningFunction = functionName;
    this.#leaving = null;
    if (statement.role === 'leave') {
      this.#leaving = statement;
      return;
    }
    this.kernel.recording.flush();
    this.#observer.at('', statement.kind, statement.text);
    this.#observer.located?.(statement.location);
  }

  /** A statement as steps show it, worked out once. */
  #statementAt(place: Place): Statement {
    let known = this.#statements.get(place);
    if (!known) {
      const bare = this.#textOf(place);
      const text = this.#keywordBefore(place) + bare;
      const role = DECLARATION.test(bare) ? 'nothing' : SIMPLE_RETURN.test(bare) ? 'leave' : 'step';
      known = { role, text, kind: kindOf(text), location: this.locationOf(place) };
      this.#statements.set(place, known);
    }
    return known;
  }

  leave(functionName: string): void {
    this.#names.pop();
    const told = this.#open.pop() === true;
    const at = this.machine.place;
    this.kernel.runningFunction = this.#names.at(-1) ?? '';
    if (!told || !this.#observer) return;
    this.kernel.recording.flush();
    const leaving = this.#leaving;
    this.#leaving = null;
    this.#observer.leave('', leaving?.text ?? `end of ${functionName}()`);
    this.#observer.located?.(leaving?.location ?? this.#statementAt(at).location);
  }

  /** `if ` before the condition of one. */
  #keywordBefore({ file, start }: Place): string {
    const before = this.#file(file).text.slice(Math.max(0, start - 12), start);
    const keyword = /\b(if|while|switch|for)\s*$/.exec(before)?.[1];
    return keyword ? `${keyword} ` : '';
  }

  #file(path: string): { readonly text: string; readonly starts: readonly number[] } {
    const known = this.#lines.get(path);
    if (known) return known;
    const text = this.machine.program.textOf(path);
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    const file = { text, starts };
    this.#lines.set(path, file);
    return file;
  }

  #textOf({ file, start, end }: Place): string {
    const text = this.#file(file)
      .text.slice(start, Math.min(end, start + 4 * MAX_TEXT))
      .replace(/\s+/g, ' ')
      .trim();
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
  }

  locationOf({ file, start, end }: Place): Location {
    const { starts } = this.#file(file);
    const [line, endLine] = [lineAt(starts, start), lineAt(starts, end)];
    return {
      file,
      line,
      column: start - (starts[line] ?? 0),
      endLine,
      endColumn: end - (starts[endLine] ?? 0),
    };
  }

  /** `mm/rmap.c:263` */
  lineOf(place: Place): string {
    return `${place.file}:${this.locationOf(place).line + 1}`;
  }
}

/** Small inline functions of headers belong to the step that calls them. */
function isTold(file: string): boolean {
  return file.endsWith('.c') && file !== 'mm/interval_tree.c';
}

function kindOf(text: string): StepKind {
  return KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'statement';
}

function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
