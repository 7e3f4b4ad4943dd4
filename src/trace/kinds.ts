/**
 * How an engine declares the objects that its traces speak of. Views draw from this declaration and
 * know no struct by name beyond it.
 */

/** What a field is, for views, diffs and lookups. */
export type FieldType = 'number' | 'flag' | 'text' | 'pointer' | 'list' | 'tree' | 'lock' | 'record';

export interface FieldKind {
  readonly name: string;
  readonly type: FieldType;
  /** One clause: what the field means to the kernel. */
  readonly doc: string;
  /** `pages` for page numbers and page counts. */
  readonly unit?: 'pages';
}

export interface ObjectKind {
  /** Kernel name: `anon_vma`. */
  readonly name: string;
  /** Short form used by kernel people where there is one: `VMA`, `AVC`. */
  readonly short: string;
  readonly doc: string;
  /**
   * How people name one: text with `{field}` in braces, followed through pointers: `{vm_mm.name}@{vm_start}-{vm_end}`.
   * A field that points to an object gives that object's own label.
   */
  readonly label: string;
  readonly fields: readonly FieldKind[];
  /** Fields whose names are made at run time start with one of these, e.g. `ptes.`. */
  readonly prefixes?: readonly FieldKind[];
}

/** Field declaration by name, made-up names included. */
export function fieldKind(kind: ObjectKind, field: string): FieldKind | undefined {
  return (
    kind.fields.find((known) => known.name === field) ??
    kind.prefixes?.find((known) => field.startsWith(known.name))
  );
}
