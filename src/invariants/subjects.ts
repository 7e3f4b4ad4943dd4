/**
 * Finds the invariants that a change may break or mend, from the kinds and fields that each says it speaks of.
 */
import type { InvariantInfo } from '../trace/evaluation';
import type { Change } from '../trace/step';
import type { View } from './view';

const NOTHING: readonly never[] = [];

export class DirtyIndex<I extends InvariantInfo> {
  private readonly byKind = new Map<string, I[]>();
  private readonly byField = new Map<string, readonly I[]>();

  /** `looksAt`: kinds of the objects that an invariant is looked at for, whether it speaks of them or not. */
  constructor(
    private readonly invariants: readonly I[],
    looksAt: (invariant: I) => readonly string[],
  ) {
    for (const invariant of invariants)
      for (const kind of new Set([
        ...invariant.speaksOf.map((subject) => subject.kind),
        ...looksAt(invariant),
      ]))
        this.byKind.set(kind, [...(this.byKind.get(kind) ?? []), invariant]);
  }

  /** Creation and freeing concern everything that speaks of the kind, a write what speaks of the field. */
  touchedBy(change: Change, view: View): readonly I[] {
    if (change.op === 'create') return this.byKind.get(change.kind) ?? NOTHING;
    const kind = view.kind(change.object);
    if (change.op === 'free') return this.byKind.get(kind) ?? NOTHING;
    const key = `${kind}.${change.field}`;
    let touched = this.byField.get(key);
    if (!touched) {
      touched = this.invariants.filter((invariant) => speaksOfField(invariant, kind, change.field));
      this.byField.set(key, touched);
    }
    return touched;
  }
}

/** Whether the invariant speaks of a field of a kind. A subject `ptes.` means every field that begins so. */
export function speaksOfField(invariant: InvariantInfo, kind: string, field: string): boolean {
  return invariant.speaksOf.some(
    (subject) =>
      subject.kind === kind &&
      subject.fields.some((known) => known === field || (known.endsWith('.') && field.startsWith(known))),
  );
}
