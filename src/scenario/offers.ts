/**
 * What can be done next by a process: one offer for each operation of the language, with arguments that go through,
 * or with the reason why there are none. For building scenarios by choosing.
 */
import type { Operation, OperationVerb } from '../trace/engine';
import type { SnapshotVma } from '../trace/snapshot';
import { childNames, freePlaces, vmasOf } from './addresses';
import { VERBS } from './language';
import { type Obstacle, obstacleOf, type Situation } from './obstacles';

export type VerbName = OperationVerb['verb'];

/** What a person chooses for an operation. */
export type ArgumentShape = 'range' | 'move' | 'page' | 'child' | 'call' | 'none';

export interface Offer {
  readonly verb: VerbName;
  readonly shape: ArgumentShape;
  /** `munmap ADDR LEN` */
  readonly usage: string;
  /** One or two sentences. */
  readonly doc: string;
  /** Arguments to begin with. Where `obstacle` is null they go through; else it is what they run into. */
  readonly operation: Operation;
  /** Why the operation is not possible now, whatever its arguments; null when it is. */
  readonly obstacle: Obstacle | null;
}

const SHAPES: Readonly<Record<VerbName, ArgumentShape>> = {
  mmap: 'range',
  munmap: 'range',
  mprotect: 'range',
  mremap: 'move',
  madvise: 'range',
  read: 'page',
  write: 'page',
  fork: 'child',
  exit: 'none',
  walk: 'page',
  call: 'call',
};

/** Process that an empty scenario begins with. */
export const FIRST_PROCESS = 'P';

/** Processes that can do something: those that run, or the first one. */
export function processesOf(situation: Situation): string[] {
  const running = situation.snapshot.mms.map(({ name }) => name);
  return situation.atStart && running.length === 0 ? [FIRST_PROCESS] : running;
}

/** An offer for every operation, in the order of the language's page. */
export function offersFor(situation: Situation, process: string): Offer[] {
  const suggest = new Suggestions(situation, process);
  return VERBS.flatMap(({ name, usage, doc }) => {
    const verb = verbOf(name);
    if (!verb) return [];
    const operation = { ...suggest.forVerb(verb), process, faults: [] };
    return [{ verb, shape: SHAPES[verb], usage, doc, operation, obstacle: obstacleOf(situation, operation) }];
  });
}

function verbOf(name: string): VerbName | null {
  return (Object.keys(SHAPES) as VerbName[]).find((verb) => verb === name) ?? null;
}

/** Page at which things happen when nothing is mapped. */
const SOMEWHERE = 0x10;

class Suggestions {
  private readonly vmas: readonly SnapshotVma[];

  constructor(
    private readonly situation: Situation,
    private readonly process: string,
  ) {
    this.vmas = vmasOf(situation.snapshot, process);
  }

  forVerb(verb: VerbName): OperationVerb {
    const range = this.range();
    switch (verb) {
      case 'mmap':
        return { verb, addr: this.free(), len: 4, prot: 'rw', file: null };
      case 'munmap':
        return { verb, ...range };
      case 'mprotect': {
        const prot = this.vmas.at(-1)?.prot === 'rw' ? 'r' : 'rw';
        return { verb, ...range, prot };
      }
      case 'madvise':
        return { verb, ...range, advice: 'dontfork' };
      case 'mremap':
        return { verb, old: range.addr, len: range.len, new: this.free(), dontunmap: false };
      case 'read':
        return { verb, page: this.pageToTouch(['r', 'rw']) };
      case 'write':
        return { verb, page: this.pageToTouch(['rw']) };
      case 'walk':
        return { verb, page: this.presentPage() };
      case 'fork':
        return { verb, child: this.child() };
      case 'exit':
        return { verb };
      case 'call':
        return {
          verb,
          function: 'anon_vma_clone',
          args: [
            { type: 'name', name: 'new' },
            { type: 'page', page: range.addr },
            { type: 'name', name: 'VMA_OP_SPLIT' },
          ],
        };
    }
  }

  private free(): number {
    return freePlaces(this.situation.snapshot, this.process)[0]?.page ?? SOMEWHERE;
  }

  /** The last VMA as a whole. */
  private range(): { addr: number; len: number } {
    const vma = this.vmas.at(-1);
    return vma ? { addr: vma.start, len: vma.end - vma.start } : { addr: SOMEWHERE, len: 1 };
  }

  /** A page of a VMA with these rights, best one that is not writable yet. */
  private pageToTouch(prots: readonly string[]): number {
    const allowed = this.vmas.filter(({ prot }) => prots.includes(prot));
    for (const vma of allowed)
      for (let page = vma.start; page < vma.end && page < vma.start + LOOK_AT; page += 1)
        if (!vma.ptes[String(page)]?.writable) return page;
    return (allowed[0] ?? this.vmas[0])?.start ?? SOMEWHERE;
  }

  /** A page that maps a folio, else one that maps anything. */
  private presentPage(): number {
    const entries = this.vmas.flatMap((vma) => Object.entries(vma.ptes));
    const folio = entries.find(([, pte]) => pte.folio !== 'zero' && !pte.folio.startsWith('file:'));
    const entry = folio ?? entries[0];
    return entry ? Number(entry[0]) : (this.vmas[0]?.start ?? SOMEWHERE);
  }

  private child(): string {
    const [name] = childNames(this.situation.snapshot).filter((one) => one !== this.process);
    if (name !== undefined) return name;
    const taken = new Set([this.process, ...this.situation.snapshot.mms.map((mm) => mm.name)]);
    for (let n = 1; ; n += 1) if (!taken.has(`C${n}`)) return `C${n}`;
  }
}

/** Pages of a VMA that are looked at for one to touch. */
const LOOK_AT = 64;
