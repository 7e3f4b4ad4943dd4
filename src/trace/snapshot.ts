/**
 * The snapshot of `docs/scenario-language.md`, section 4: the JSON form of the state after an operation.
 * A contract: other programs read it. Addresses and offsets are page numbers.
 */

export interface SnapshotPte {
  /** `F0`, `zero`, or `file:NAME:PGOFF`. */
  readonly folio: string;
  readonly writable: boolean;
}

export interface SnapshotVma {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly pgoff: number;
  readonly anonPgoff: number;
  readonly prot: 'none' | 'r' | 'rw';
  readonly file: string | null;
  readonly anonVma: string | null;
  /** Labels of the anon_vmas on the chain, list head first. */
  readonly chain: readonly string[];
  readonly ptes: Readonly<Record<string, SnapshotPte>>;
}

export interface SnapshotMm {
  readonly name: string;
  readonly vmas: readonly SnapshotVma[];
}

export interface SnapshotAnonVma {
  readonly id: string;
  readonly root: string;
  readonly parent: string;
  readonly refcount: number;
  /** null where the kernel counts `degree` instead. */
  readonly numChildren: number | null;
  readonly numActiveVmas: number | null;
  readonly degree?: number;
  /** VMAs in the interval tree, sorted by process and start. */
  readonly tree: readonly string[];
}

export interface SnapshotFolio {
  readonly id: string;
  readonly anonVma: string;
  readonly index: number;
  readonly mapcount: number;
  readonly exclusive: boolean;
}

export interface Snapshot {
  readonly version: 1;
  readonly mms: readonly SnapshotMm[];
  readonly anonVmas: readonly SnapshotAnonVma[];
  readonly folios: readonly SnapshotFolio[];
}
