/**
 * Keeps one invariant up to date from change to change: it is known for each subject what was looked at to judge it, and only
 * those subjects are judged again of which something has changed.
 */
import type { Reason } from '../trace/evaluation';
import type { Aspect } from './aspect';
import type { Concerned } from './concern';
import { type Each, HOLDS, MAPPED_PAGES, type StateInvariant, type Subject } from './invariant';
import type { View } from './view';

/** An invariant as it stands. */
export interface Standing {
  /** A change has been made that the invariant may depend on. */
  touch(concerned: Concerned): void;
  /** Anything may have changed. */
  touchAll(): void;
  /** Looks again at what was touched. Returns every way in which the invariant is broken, in the order of `check`. */
  refresh(): readonly Reason[];
}

export function standingOf(invariant: StateInvariant, view: View): Standing {
  return invariant.each ? new BySubject(invariant.each, view) : new Whole(invariant, view);
}

/** One that is looked at as a whole. */
class Whole implements Standing {
  private stale = true;
  private reasons: readonly Reason[] = HOLDS;

  constructor(
    private readonly invariant: StateInvariant,
    private readonly view: View,
  ) {}

  touch(): void {
    this.stale = true;
  }

  touchAll(): void {
    this.stale = true;
  }

  refresh(): readonly Reason[] {
    if (this.stale) this.reasons = this.invariant.check(this.view);
    this.stale = false;
    return this.reasons;
  }
}

class BySubject implements Standing {
  private readonly stale = new Set<Subject>();
  private readonly broken = new Map<Subject, readonly Reason[]>();
  /** What was looked at for each subject, and the other way round. */
  private readonly looked = new Map<Subject, readonly Aspect[]>();
  private readonly lookers = new Map<Aspect, Set<Subject>>();
  private readonly ranks: ReadonlyMap<string, number>;
  private readonly ofPages: boolean;
  private seen: Aspect[] = [];

  constructor(
    private readonly each: Each,
    private readonly view: View,
  ) {
    this.ranks = new Map(each.kinds.map((kind, rank) => [kind, rank]));
    this.ofPages = this.ranks.has(MAPPED_PAGES);
    this.touchAll();
  }

  touch({ aspects, begunOrEnded, pages }: Concerned): void {
    if (this.ofPages) for (const page of pages) this.stale.add(page);
    if (begunOrEnded !== null && this.ranks.has(this.view.kind(begunOrEnded))) this.stale.add(begunOrEnded);
    for (const aspect of aspects) {
      const lookers = this.lookers.get(aspect);
      if (lookers) for (const subject of lookers) this.stale.add(subject);
    }
  }

  touchAll(): void {
    for (const kind of this.each.kinds)
      for (const subject of kind === MAPPED_PAGES ? this.view.mappedPages() : this.view.live(kind))
        this.stale.add(subject);
  }

  refresh(): readonly Reason[] {
    // Names in messages may have changed: what is broken is always looked at again.
    for (const subject of this.broken.keys()) this.stale.add(subject);
    for (const subject of this.stale) this.judge(subject);
    this.stale.clear();
    return this.broken.size === 0 ? HOLDS : this.inOrder();
  }

  private judge(subject: Subject): void {
    if (!this.exists(subject)) {
      this.broken.delete(subject);
      this.forget(subject, this.looked.get(subject) ?? []);
      this.looked.delete(subject);
      return;
    }
    this.seen.length = 0;
    this.view.watch(this.seen);
    const reasons = this.each.check(this.view, subject);
    this.view.unwatch();
    if (reasons.length === 0) this.broken.delete(subject);
    else this.broken.set(subject, reasons);
    this.remember(subject);
  }

  private exists(subject: Subject): boolean {
    if (subject < 0) return this.view.mappedPage(subject) !== undefined;
    return this.each.freedToo !== undefined || this.view.isLive(subject);
  }

  /** Keeps what was looked at, if that differs from the last time. */
  private remember(subject: Subject): void {
    const before = this.looked.get(subject);
    const { seen } = this;
    if (before && before.length === seen.length && before.every((aspect, at) => aspect === seen[at])) return;
    if (before) this.forget(subject, before);
    for (const aspect of seen) {
      let lookers = this.lookers.get(aspect);
      if (!lookers) {
        lookers = new Set();
        this.lookers.set(aspect, lookers);
      }
      lookers.add(subject);
    }
    this.looked.set(subject, seen.slice());
  }

  private forget(subject: Subject, looked: readonly Aspect[]): void {
    for (const aspect of looked) {
      const lookers = this.lookers.get(aspect);
      lookers?.delete(subject);
      if (lookers?.size === 0) this.lookers.delete(aspect);
    }
  }

  /** Live ones by kind, then those that are freed. */
  private inOrder(): readonly Reason[] {
    const rank = (subject: Subject): number => {
      if (subject < 0) return this.ranks.get(MAPPED_PAGES) ?? 0;
      const ofKind = this.ranks.get(this.view.kind(subject)) ?? 0;
      return this.view.isLive(subject) ? ofKind : ofKind + this.ranks.size;
    };
    return [...this.broken].sort(([a], [b]) => rank(a) - rank(b) || a - b).flatMap(([, reasons]) => reasons);
  }
}
