/**
 * Whether an expectation is met at a moment of a run, what was found instead, and how that is written.
 * Contract: docs/scenario-language.md, section 2.
 */
import type { Engine } from '../trace/engine';
import type { Snapshot, SnapshotVma } from '../trace/snapshot';
import type { OperationRecord } from '../trace/trace';
import type { CountedObject, Expectation, PageRef, VmaRef } from './syntax';

/** The moment at which an expectation is looked at. */
export interface Moment {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  /** The operation above, or null. */
  readonly last: OperationRecord | null;
  /** Ids of the invariants violated so far. */
  readonly violated: ReadonlySet<string>;
  count(object: CountedObject): number;
}

/** What was found instead, as one sentence without a full stop; null when the expectation is met. */
export function whatIsWrong(expectation: Expectation, moment: Moment): string | null {
  switch (expectation.expect) {
    case 'ok':
      if (!moment.last) return 'there is no operation above';
      return moment.last.status === 'ok' ? null : `${moment.last.text} failed with ${moment.last.errno}`;
    case 'error':
      if (!moment.last) return 'there is no operation above';
      if (moment.last.status === 'ok') return `${moment.last.text} succeeded`;
      if (moment.last.errno === expectation.errno) return null;
      return `${moment.last.text} failed with ${moment.last.errno}`;
    case 'violation':
      if (moment.violated.has(expectation.id)) return null;
      return moment.violated.size === 0 ? 'nothing is violated' : `violated is ${list(moment.violated)}`;
    case 'clean':
      return moment.violated.size === 0 ? null : `violated is ${list(moment.violated)}`;
    case 'same':
    case 'differ':
      return compare(expectation.expect, expectation.a, expectation.b, moment.snapshot);
    case 'visits':
      return moment.last
        ? visits(expectation.page, expectation.vmas, moment.engine)
        : 'there is no operation above';
    case 'count': {
      const count = moment.count(expectation.object);
      return count === expectation.count ? null : `${count} are live`;
    }
    case 'chain': {
      const vma = vmaAt(moment.snapshot, expectation.page);
      if (!vma) return `no VMA at ${name(expectation.page)}`;
      if (vma.chain.join(' ') === expectation.labels.join(' ')) return null;
      return vma.chain.length === 0 ? 'the chain is empty' : `the chain is ${vma.chain.join(' ')}`;
    }
  }
}

/** The expectation that would have been met in place of one that is not; null when there is none of its kind. */
export function asFound(expectation: Expectation, moment: Moment): Expectation | null {
  switch (expectation.expect) {
    case 'ok':
    case 'error':
      if (!moment.last) return null;
      if (moment.last.status === 'ok') return { expect: 'ok' };
      return moment.last.errno === null ? null : { expect: 'error', errno: moment.last.errno };
    case 'violation':
    case 'clean': {
      const [id] = moment.violated;
      return id === undefined ? { expect: 'clean' } : { expect: 'violation', id };
    }
    case 'same':
      return { ...expectation, expect: 'differ' };
    case 'differ':
      return { ...expectation, expect: 'same' };
    case 'visits': {
      const vmas = moment.last ? visitedFrom(expectation.page, moment.engine) : null;
      return vmas && { ...expectation, vmas };
    }
    case 'count':
      return { ...expectation, count: moment.count(expectation.object) };
    case 'chain': {
      const vma = vmaAt(moment.snapshot, expectation.page);
      return vma ? { ...expectation, labels: vma.chain } : null;
    }
  }
}

/** The VMAs that a walk from there visits, in order; null when it fails. */
export function visitedFrom(page: PageRef, engine: Engine): VmaRef[] | null {
  const walk = engine.apply({ verb: 'walk', process: page.process, page: page.page, faults: [] }, null);
  if (walk.status === 'error') return null;
  return (walk.visits ?? []).flatMap(({ vma }) => {
    const [, process, start, end] = /^(.+)@(\d+)-(\d+)$/.exec(vma) ?? [];
    return process === undefined ? [] : [{ process, start: Number(start), end: Number(end) }];
  });
}

function compare(what: 'same' | 'differ', a: PageRef, b: PageRef, snapshot: Snapshot): string | null {
  const first = folioAt(snapshot, a);
  const second = folioAt(snapshot, b);
  const same = first !== null && first === second;
  if (same === (what === 'same')) return null;
  return `${name(a)} maps ${first ?? 'nothing'}, ${name(b)} maps ${second ?? 'nothing'}`;
}

function visits(page: PageRef, expected: readonly VmaRef[], engine: Engine): string | null {
  const result = engine.apply({ verb: 'walk', process: page.process, page: page.page, faults: [] }, null);
  if (result.status === 'error') return `a walk from ${name(page)} fails with ${result.errno}`;
  const found = (result.visits ?? []).map((visit) => visit.vma);
  const wanted = expected.map((vma) => `${vma.process}@${vma.start}-${vma.end}`);
  if ([...found].sort().join(' ') === [...wanted].sort().join(' ')) return null;
  return found.length === 0 ? 'the walk visits nothing' : `the walk visits ${found.join(' ')}`;
}

/** The VMA that a page lies in. */
export function vmaAt(snapshot: Snapshot, page: PageRef): SnapshotVma | undefined {
  const mm = snapshot.mms.find((known) => known.name === page.process);
  return mm?.vmas.find((vma) => vma.start <= page.page && page.page < vma.end);
}

function folioAt(snapshot: Snapshot, page: PageRef): string | null {
  return vmaAt(snapshot, page)?.ptes[String(page.page)]?.folio ?? null;
}

function name(page: PageRef): string {
  return `${page.process}:0x${page.page.toString(16)}`;
}

function list(ids: ReadonlySet<string>): string {
  return [...ids].join(', ');
}
