/**
 * Random scenarios: text in the scenario language, made from arrays of plain choices so that fast-check shrinks them well.
 *
 * A small picture of what is mapped where steers the choices to what is interesting: forks of forks, exits in the
 * middle of a chain, mappings, moves and protections beside what is mapped already, faulted or not, and failing allocations. The picture
 * may be wrong after a failure; that only makes the next choice less apt.
 */
import fc from 'fast-check';

/** One operation to be: what, and numbers that decide where and how. */
export interface Choice {
  readonly what: number;
  readonly who: number;
  readonly where: number;
  readonly how: number;
  readonly more: number;
  readonly fault: number;
}

export interface GeneratorOptions {
  /** Operations of a scenario; default 5 to 40. */
  readonly minOperations?: number;
  readonly maxOperations?: number;
  /** Share of operations with a failing allocation, percent; default 12. */
  readonly faultPercent?: number;
  /** Mappings of files; default true. */
  readonly files?: boolean;
  /** `call` of single functions; default false. */
  readonly calls?: boolean;
}

const FIRST_PAGE = 0x10;
const PAGES = 48;
const MAX_PROCESSES = 7;

type Prot = 'rw' | 'r' | 'none';

interface Page {
  readonly prot: Prot;
  readonly file: string | null;
  /** Offset of page 0 in the file, so that equal means continuous. */
  readonly base: number;
  readonly advice: string;
}

interface Area {
  readonly start: number;
  readonly end: number;
  readonly page: Page;
}

type Space = Map<number, Page>;

const RANGE = 2 ** 45;

export function choiceArbitrary(): fc.Arbitrary<Choice> {
  const number = fc.nat({ max: RANGE - 1 });
  return fc.record({ what: number, who: number, where: number, how: number, more: number, fault: number });
}

/** Scenarios as text. */
export function scenarioArbitrary(options: GeneratorOptions = {}): fc.Arbitrary<string> {
  const { minOperations = 5, maxOperations = 40 } = options;
  return fc
    .array(choiceArbitrary(), { minLength: minOperations, maxLength: maxOperations, size: 'max' })
    .map((choices) => renderScenario(choices, options));
}

/** The scenario that an array of choices stands for. Total: any numbers give a scenario that can be parsed. */
export function renderScenario(choices: readonly Choice[], options: GeneratorOptions = {}): string {
  return new Renderer(options).render(choices);
}

/** Takes small numbers out of one large one. */
class Dice {
  constructor(private rest: number) {}

  below(n: number): number {
    if (n <= 0) return 0;
    const value = this.rest % n;
    this.rest = Math.floor(this.rest / n);
    return value;
  }

  pick<T>(list: readonly [T, ...T[]]): T;
  pick<T>(list: readonly T[]): T | undefined;
  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  /** True n times in a hundred, and never for a rest of 0: what it decides shrinks away. */
  percent(n: number): boolean {
    return this.below(100) >= 100 - n;
  }
}

/** What operation, by weight. */
const WEIGHTS: readonly (readonly [name: Kind, weight: number])[] = [
  ['write', 24],
  ['mmap', 15],
  ['fork', 12],
  ['mprotect', 11],
  ['munmap', 8],
  ['mremap', 11],
  ['exit', 7],
  ['walk', 5],
  ['madvise', 6],
  ['read', 3],
  ['motif', 7],
];
type Kind =
  | 'write'
  | 'mmap'
  | 'fork'
  | 'mprotect'
  | 'munmap'
  | 'mremap'
  | 'exit'
  | 'walk'
  | 'madvise'
  | 'read'
  | 'motif'
  | 'call';

const PROTS: readonly [Prot, ...Prot[]] = ['rw', 'rw', 'rw', 'r', 'r', 'none'];
const ADVICES: readonly [string, ...string[]] = ['dontfork', 'dofork', 'wipeonfork', 'keeponfork'];
/** Faults that can be met by an operation, the likely ones often. */
const FAULT_KINDS: Readonly<Record<Kind, readonly string[]>> = {
  write: ['avc', 'anon_vma', 'folio', 'folio', 'avc', 'anon_vma'],
  mmap: ['vma', 'avc'],
  fork: ['vma', 'avc', 'avc', 'anon_vma'],
  mprotect: ['vma', 'avc', 'avc'],
  munmap: ['vma', 'avc'],
  mremap: ['vma', 'avc', 'avc'],
  madvise: ['vma', 'avc'],
  exit: [],
  walk: [],
  read: ['folio'],
  motif: [],
  call: ['avc', 'anon_vma', 'vma'],
};

class Renderer {
  private readonly spaces = new Map<string, Space>();
  private readonly lines: string[] = [];
  private children = 0;

  constructor(private readonly options: GeneratorOptions) {}

  render(choices: readonly Choice[]): string {
    this.spaces.set('P', new Map());
    for (const choice of choices) {
      if (this.spaces.size === 0) break;
      const kind = this.kind(choice);
      if (kind === 'motif') this.motif(choice);
      else {
        const line = this.operation(kind, choice);
        if (line) this.lines.push(line + this.fault(kind, new Dice(choice.fault)));
      }
    }
    return `${this.lines.join('\n')}\n`;
  }

  private kind(choice: Choice): Kind {
    const weights = this.options.calls ? [...WEIGHTS, ['call', 6] as const] : WEIGHTS;
    const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
    let at = new Dice(choice.what).below(total);
    for (const [name, weight] of weights) {
      if (at < weight) return name;
      at -= weight;
    }
    return 'write';
  }

  private fault(kind: Kind, dice: Dice): string {
    if (!dice.percent(this.options.faultPercent ?? 12)) return '';
    const one = (): string => {
      const known = FAULT_KINDS[kind];
      const name = known.length > 0 ? dice.pick(known) : 'avc';
      const nth = 1 + (dice.percent(50) ? 0 : dice.below(4));
      return `fail ${name}:${nth}${dice.percent(20) ? '/nowait' : ''}`;
    };
    return ` ! ${one()}${dice.percent(12) ? ` ${one()}` : ''}`;
  }

  private operation(kind: Exclude<Kind, 'motif'>, choice: Choice): string | null {
    const who = new Dice(choice.who);
    const names = [...this.spaces.keys()];
    // The youngest process often, so that chains grow; any other as well.
    const name = who.percent(35) ? names.at(-1) : who.pick(names);
    const space = name === undefined ? undefined : this.spaces.get(name);
    if (name === undefined || !space) return null;
    const where = new Dice(choice.where);
    const how = new Dice(choice.how);
    const more = new Dice(choice.more);
    if (space.size === 0 && !how.percent(10)) return this.mmap(name, space, where, how, more);
    switch (kind) {
      case 'mmap':
        return this.mmap(name, space, where, how, more);
      case 'write':
      case 'read':
      case 'walk': {
        const page = this.page(space, where);
        return `${name}: ${kind} ${hex(page)}`;
      }
      case 'munmap': {
        const { start, end } = this.range(space, where, how);
        for (let page = start; page < end; page++) space.delete(page);
        return `${name}: munmap ${hex(start)} ${end - start}`;
      }
      case 'mprotect': {
        const { start, end } = this.range(space, where, how);
        // What a neighbour has makes a merge.
        const neighbours = [space.get(start - 1), space.get(end)].flatMap((page) => page?.prot ?? []);
        const prot = more.percent(60) ? (more.pick(neighbours) ?? more.pick(PROTS)) : more.pick(PROTS);
        this.change(space, start, end, { prot });
        return `${name}: mprotect ${hex(start)} ${end - start} ${prot}`;
      }
      case 'madvise': {
        const { start, end } = this.range(space, where, how);
        const now = space.get(start)?.advice;
        const undo = now === 'dontfork' ? 'dofork' : now === 'wipeonfork' ? 'keeponfork' : undefined;
        const advice = undo && more.percent(70) ? undo : more.pick(ADVICES);
        this.change(space, start, end, { advice: /^(dofork|keeponfork)$/.test(advice) ? '' : advice });
        return `${name}: madvise ${hex(start)} ${end - start} ${advice}`;
      }
      case 'mremap':
        return this.mremap(name, space, where, how, more);
      case 'fork': {
        if (this.spaces.size >= MAX_PROCESSES) return `${name}: walk ${hex(this.page(space, where))}`;
        const child = `C${++this.children}`;
        const kept = [...space].filter(([, page]) => page.advice !== 'dontfork');
        this.spaces.set(child, new Map(kept));
        return `${name}: fork ${child}`;
      }
      case 'exit': {
        if (names.length === 1 && !how.percent(10)) return `${name}: write ${hex(this.page(space, where))}`;
        // One in the middle of the chain is the interesting one.
        const middle = names.length > 2 && how.percent(60) ? names[1 + how.below(names.length - 2)] : name;
        this.spaces.delete(middle ?? name);
        return `${middle ?? name}: exit`;
      }
      case 'call':
        return this.call(name, space, where, how);
    }
  }

  /**
   * A few operations in a row that random ones seldom make: a faulted VMA merged into an unfaulted one, a neighbour's anon_vma shared, a move back
   * home, a chain of forks whose middle exits.
   */
  private motif(choice: Choice): void {
    const names = [...this.spaces.keys()];
    const who = new Dice(choice.who);
    const name = who.percent(50) ? names.at(-1) : who.pick(names);
    const space = name === undefined ? undefined : this.spaces.get(name);
    if (name === undefined || !space) return;
    const how = new Dice(choice.how);
    const dice = new Dice(choice.more);
    const at = this.gap(space, new Dice(choice.where));
    const fails = new Dice(choice.fault).percent(40)
      ? ` ! fail ${dice.pick(['avc', 'avc', 'vma'])}:${1 + dice.below(2)}`
      : '';
    const say = (text: string): number => this.lines.push(`${name}: ${text}`);
    const map = (start: number, len: number, prot: Prot, file: string | null, base: number): void => {
      const pgoff = file ? ` ${prot} file ${file} ${start + base}` : prot === 'rw' ? '' : ` ${prot}`;
      say(`mmap ${hex(start)} ${len}${pgoff}`);
      for (let page = start; page < start + len; page++)
        space.set(page, { prot, file, base: file ? base : 0, advice: '' });
    };
    switch (how.below(6)) {
      case 0: {
        // Faulted beside unfaulted, made alike: the merge duplicates.
        const first = how.below(2) * 2;
        map(at, 4, 'rw', how.percent(30) ? 'f' : null, 0);
        say(`madvise ${hex(at + first)} 2 dontfork`);
        say(`write ${hex(at + first + how.below(2))}`);
        if (how.percent(30)) say(`write ${hex(at + 2 - first)}`);
        say(`madvise ${hex(at + first)} ${how.percent(70) ? 2 : 1} dofork${fails}`);
        return;
      }
      case 1: {
        // The same by mprotect, which keeps VM_ACCOUNT of file mappings.
        if (this.options.files === false) return;
        const first = how.below(2) * 2;
        map(at, 4, 'rw', 'f', how.below(3));
        say(`mprotect ${hex(at + first)} 2 r`);
        say(`write ${hex(at + 2 - first + how.below(2))}`);
        say(`mprotect ${hex(at + 2 - first)} 2 r${fails}`);
        this.change(space, at, at + 4, { prot: 'r' });
        return;
      }
      case 2:
        // Alike but for the protection: the second fault shares the first one's anon_vma.
        map(at, 4, 'rw', how.percent(50) && this.options.files !== false ? 'f' : null, 1);
        say(`write ${hex(at + how.below(2))}`);
        say(`mprotect ${hex(at)} 2 r`);
        say(`munmap ${hex(at + 2)} 2`);
        say(`mmap ${hex(at + 2)} 2${space.get(at)?.file ? ` file f ${at + 3}` : ''}`);
        say(`write ${hex(at + 2 + how.below(2))}${fails}`);
        this.change(space, at, at + 2, { prot: 'r' });
        return;
      case 3: {
        // Away and home again, to beside something new.
        const away = this.gap(space, dice) + 64;
        map(at, 2, 'rw', how.percent(20) && this.options.files !== false ? 'f' : null, 0);
        say(`write ${hex(at)}`);
        say(`mremap ${hex(at)} 2 ${hex(away)}`);
        const file = space.get(at)?.file ?? null;
        for (const start of how.percent(40) ? [at + 2, at - 2] : [at + 2]) map(start, 2, 'rw', file, 0);
        say(`mremap ${hex(away)} 2 ${hex(at)}${how.percent(40) ? ' dontunmap' : ''}${fails}`);
        if (how.percent(50)) say(`walk ${hex(at)}`);
        return;
      }
      case 4: {
        // A chain of forks; the middle exits; the last forks again and may take an anon_vma over.
        if (this.spaces.size > MAX_PROCESSES - 3) return;
        const chain = [name];
        for (let n = 0; n < 2; n++) {
          const child = `C${++this.children}`;
          this.lines.push(`${chain.at(-1)}: fork ${child}`);
          if (how.percent(30)) this.lines.push(`${child}: write ${hex(this.page(space, dice))}`);
          chain.push(child);
        }
        const [, middle, last] = chain;
        if (middle === undefined || last === undefined) return;
        const child = `C${++this.children}`;
        this.lines.push(`${middle}: exit`, `${last}: fork ${child}${fails}`);
        const kept = (): Space => new Map([...space].filter(([, page]) => page.advice !== 'dontfork'));
        this.spaces.set(last, kept());
        if (!fails) this.spaces.set(child, kept());
        return;
      }
      default:
        // Unfaulted, faulted, unfaulted; and a mapping that closes the hole between.
        map(at, 2, 'rw', null, 0);
        map(at + 4, 2, 'rw', null, 0);
        say(`write ${hex(how.percent(50) ? at + 4 : at)}`);
        map(at + 2, 2, 'rw', null, 0);
        this.lines[this.lines.length - 1] += fails;
    }
  }

  /** Where six pages are free, mostly. */
  private gap(space: Space, dice: Dice): number {
    const free = (start: number): boolean => [0, 1, 2, 3, 4, 5].every((n) => !space.has(start + n));
    const start = FIRST_PAGE + dice.below(PAGES);
    for (let n = 0; n < PAGES; n++) if (free(start + n)) return start + n;
    return start;
  }

  private mmap(name: string, space: Space, where: Dice, how: Dice, more: Dice): string {
    const areas = this.areas(space);
    const beside = where.percent(75) ? where.pick(areas) : undefined;
    const len = 1 + where.below(where.percent(70) ? 4 : 8);
    let start = FIRST_PAGE + where.below(PAGES);
    if (beside) start = where.percent(50) ? beside.end : Math.max(1, beside.start - len);
    // To fill a hole exactly is what makes merges on both sides.
    const above = areas.find((area) => area.start >= start);
    const hole = beside && above && above.start > start && above.start - start <= 8 && where.percent(60);
    const end = hole ? above.start : start + len;
    const like = beside && how.percent(70) ? beside.page : null;
    const prot = like ? like.prot : how.pick(PROTS);
    let file: string | null = null;
    let base = 0;
    if (this.options.files !== false) {
      if (like?.file) {
        ({ file, base } = like);
        if (how.percent(15)) base += 1;
      } else if (!like && how.percent(25)) {
        file = how.pick(['f', 'f', 'g']) ?? 'f';
        base = how.below(3) - start + 16 * more.below(2);
      }
    }
    const pgoff = start + base;
    if (pgoff < 0) file = null;
    let free = true;
    for (let page = start; page < end; page++) free &&= !space.has(page);
    if (free) {
      for (let page = start; page < end; page++)
        space.set(page, { prot, file, base: file ? base : 0, advice: '' });
    }
    const protection = prot === 'rw' && more.percent(50) ? '' : ` ${prot}`;
    return `${name}: mmap ${hex(start)} ${end - start}${protection}${file ? ` file ${file} ${pgoff}` : ''}`;
  }

  private mremap(name: string, space: Space, where: Dice, how: Dice, more: Dice): string {
    const areas = this.areas(space);
    const source = where.pick(areas);
    if (!source || where.percent(4)) {
      const old = FIRST_PAGE + where.below(PAGES);
      return `${name}: mremap ${hex(old)} ${1 + where.below(4)} ${hex(FIRST_PAGE + where.below(PAGES))}`;
    }
    const { start, end } = this.part(source, where);
    const len = end - start;
    const target = how.pick(areas) ?? source;
    let to = FIRST_PAGE + how.below(PAGES);
    switch (how.below(6)) {
      case 0:
        to = target.end;
        break;
      case 1:
        to = Math.max(1, target.start - len);
        break;
      case 2: // over a part of what is there
        to = target.start + how.below(target.end - target.start);
        break;
      case 3: // back to where its folios would be at home
        to = Math.max(1, start - len);
        break;
      case 4: // a hole that it fills exactly
        to = this.holes(space).find((hole) => hole.end - hole.start === len)?.start ?? end;
        break;
      default:
    }
    const dontunmap = more.percent(35);
    const inside = this.areas(space).some((area) => area.start <= start && area.end >= end);
    if (inside && (to + len <= start || to >= end)) {
      const moved = [...Array(len).keys()].map((n) => space.get(start + n));
      if (!dontunmap) for (let page = start; page < end; page++) space.delete(page);
      for (const [n, page] of moved.entries())
        if (page) space.set(to + n, { ...page, base: page.base + start - to });
    }
    return `${name}: mremap ${hex(start)} ${len} ${hex(to)}${dontunmap ? ' dontunmap' : ''}`;
  }

  private call(name: string, space: Space, where: Dice, how: Dice): string {
    const page = hex(this.page(space, where));
    const other = hex(this.page(space, where));
    // Mostly beside what is mapped, where a copy merges.
    const copyTo = how.percent(60) ? this.gap(space, where) : Number(other) + 1;
    const operation = how.pick(['VMA_OP_SPLIT', 'VMA_OP_MERGE_UNFAULTED', 'VMA_OP_REMAP', 'VMA_OP_FORK']);
    const call = how.pick([
      `anon_vma_prepare(${page})`,
      `__anon_vma_prepare(${page})`,
      `dup_anon_vma(${page}, ${other})`,
      `anon_vma_clone(new, ${page}, ${operation})`,
      `anon_vma_fork(new, ${page})`,
      `unlink_anon_vmas(${page})`,
      `check_anon_vma_clone(${page}, ${other}, ${operation})`,
      `find_mergeable_anon_vma(${page})`,
      `__split_vma(${page}, ${other})`,
      `reusable_anon_vma(${how.percent(50) ? page : other}, ${page}, ${other})`,
      `copy_vma(${page}, ${hex(copyTo)})`,
      `get_anon_vma(${page})`,
      `put_anon_vma(${page})`,
      `__put_anon_vma(${page})`,
    ]);
    return `${name}: call ${call}`;
  }

  private change(space: Space, start: number, end: number, change: Partial<Page>): void {
    for (let page = start; page < end; page++) {
      const old = space.get(page);
      if (old) space.set(page, { ...old, ...change });
    }
  }

  /** Runs of equal pages: roughly the VMAs. */
  private areas(space: Space): Area[] {
    const areas: { start: number; end: number; page: Page }[] = [];
    for (const [at, page] of [...space].sort(([a], [b]) => a - b)) {
      const last = areas.at(-1);
      if (last && last.end === at && same(last.page, page)) last.end = at + 1;
      else areas.push({ start: at, end: at + 1, page });
    }
    return areas;
  }

  private holes(space: Space): { start: number; end: number }[] {
    const areas = this.areas(space);
    return areas.flatMap((area, n) => {
      const next = areas[n + 1];
      return next && next.start > area.end ? [{ start: area.end, end: next.start }] : [];
    });
  }

  /** A page that is mapped, mostly: at the edge of a run often. */
  private page(space: Space, dice: Dice): number {
    const area = dice.percent(95) ? dice.pick(this.areas(space)) : undefined;
    if (!area) return FIRST_PAGE + dice.below(PAGES);
    const which = dice.below(4);
    if (which === 0) return area.start;
    if (which === 1) return area.end - 1;
    return area.start + dice.below(area.end - area.start);
  }

  /** The whole of a run, its head, its tail or its middle. */
  private part(area: Area, dice: Dice): { start: number; end: number } {
    const len = area.end - area.start;
    if (len === 1) return area;
    const cut = 1 + dice.below(len - 1);
    switch (dice.below(5)) {
      case 0:
        return { start: area.start, end: area.start + cut };
      case 1:
        return { start: area.start + cut, end: area.end };
      case 2: {
        const start = area.start + dice.below(len);
        return { start, end: start + 1 + dice.below(area.end - start) };
      }
      default:
        return area;
    }
  }

  /** A part of a run, or a range over several. */
  private range(space: Space, where: Dice, how: Dice): { start: number; end: number } {
    const areas = this.areas(space);
    const area = where.percent(93) ? where.pick(areas) : undefined;
    if (!area) {
      const start = FIRST_PAGE + where.below(PAGES);
      return { start, end: start + 1 + how.below(10) };
    }
    const part = this.part(area, how);
    if (!how.percent(20)) return part;
    const last = areas[Math.min(areas.length - 1, areas.indexOf(area) + 1 + how.below(2))] ?? area;
    return { start: part.start, end: Math.max(part.start + 1, last.end - how.below(2)) };
  }
}

function same(a: Page, b: Page): boolean {
  return a.prot === b.prot && a.file === b.file && a.base === b.base && a.advice === b.advice;
}

function hex(page: number): string {
  return `0x${page.toString(16)}`;
}
