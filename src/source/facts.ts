/**
 * What `source/` knows about C text, as plain data: the contract between the index and everything above it (CodeLens,
 * hovers, outline, call hierarchy, anchors). Nothing here holds a tree or a wasm object. Spans are UTF-16 offsets;
 * `FileIndex.lineStarts` turns them into lines and columns (`rangeOf` in text.ts).
 */
import type { Span } from './text';

/** A parameter of a function, as written. `name` is empty when the text gives none (`void`, `...`, prototypes). */
export interface ParameterFact {
  readonly name: string;
  /** The whole parameter with blanks normalised, such as `struct vm_area_struct *vma`. */
  readonly text: string;
  readonly span: Span;
}

/** A function definition (or, in `FileIndex.prototypes`, a declaration without body). */
export interface FunctionFact {
  readonly name: string;
  /** From the first token of the head to the closing brace (or the semicolon of a prototype). */
  readonly span: Span;
  readonly nameSpan: Span;
  /** From the return type to the closing parenthesis of the parameters. */
  readonly headSpan: Span;
  /** The braces and what is between them; absent for a prototype. */
  readonly bodySpan: Span | undefined;
  /** The head on one line, blanks and comments normalised, attribute macros left out. */
  readonly signature: string;
  readonly parameters: readonly ParameterFact[];
  /** The comment that ends right above the head, if any. */
  readonly docSpan: Span | undefined;
  readonly isStatic: boolean;
  readonly isInline: boolean;
  /** Macro that wrote the head, such as `SYSCALL_DEFINE5`; undefined for plain C. */
  readonly definedBy: string | undefined;
  /** Conditions of the `#if` branches the definition stands in, outermost first. */
  readonly conditions: readonly string[];
}

/** A call, or a macro used like one; iterator macros such as `list_for_each_entry` count. */
export interface CallFact {
  readonly callee: string;
  /** Name of the function it stands in; empty at file level. */
  readonly caller: string;
  /** The whole call; of an iterator macro its name and arguments. */
  readonly span: Span;
  readonly calleeSpan: Span;
  /** True for a call through a pointer in a field (`rwc->rmap_one(…)`): `callee` is the field's name then. */
  readonly isIndirect: boolean;
}

/** A checked condition: `VM_WARN_ON_ONCE(…)`, `mmap_assert_locked(…)`, `lockdep_assert_held(…)`, … */
export interface AssertFact {
  readonly macro: string;
  /** Its arguments with blanks and comments normalised. */
  readonly text: string;
  readonly functionName: string;
  readonly span: Span;
  /** Conditions of the `#if` branches it stands in, outermost first. */
  readonly conditions: readonly string[];
}

/**
 * A member of a struct or union. Members of unnamed members are listed as members; those of a nested `struct { … } x` as
 * `x.member`.
 */
export interface FieldFact {
  readonly name: string;
  /** The declaration with blanks normalised, such as `struct rb_root_cached rb_root`. */
  readonly text: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly docSpan: Span | undefined;
  readonly conditions: readonly string[];
}

/** A struct or union definition. An unnamed one has the name of its typedef, or none. */
export interface StructFact {
  readonly kind: 'struct' | 'union';
  readonly name: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly docSpan: Span | undefined;
  readonly fields: readonly FieldFact[];
}

export interface EnumeratorFact {
  readonly name: string;
  readonly span: Span;
  /** Text of the value if one is written. */
  readonly value: string | undefined;
}

/** An enum definition. An unnamed one has the name of its typedef, or none. */
export interface EnumFact {
  readonly name: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly docSpan: Span | undefined;
  readonly enumerators: readonly EnumeratorFact[];
}

/** A `#define`. */
export interface MacroFact {
  readonly name: string;
  /** Undefined for an object-like macro. A GNU `args...` keeps its dots. */
  readonly parameters: readonly string[] | undefined;
  readonly span: Span;
  readonly nameSpan: Span;
  /** The replacement text as written, without the line breaks' backslashes being removed; empty when there is none. */
  readonly bodySpan: Span;
  readonly docSpan: Span | undefined;
  readonly conditions: readonly string[];
}

/** A name defined at file level that is neither function, struct, enum nor macro. */
export interface NameFact {
  readonly kind: 'variable' | 'typedef';
  readonly name: string;
  readonly span: Span;
  readonly nameSpan: Span;
}

/** One branch of a conditional group: `#if`, `#ifdef`, `#elif`, `#else`. */
export interface IfdefBranch {
  readonly directive: 'if' | 'ifdef' | 'ifndef' | 'elif' | 'elifdef' | 'elifndef' | 'else';
  /** The condition that holds in it, as an expression: `defined(X)`, `!defined(X)`, or the text; for `#else` the negation of all before. */
  readonly condition: string;
  /** The directive's own line. */
  readonly directiveSpan: Span;
  /** The lines between this directive and the next of the group. */
  readonly span: Span;
  /** False when the branch was left out of the parse because only one branch of the group can stand there. */
  readonly isParsed: boolean;
}

/** `#if … #endif`. Regions are listed in source order; nesting is by `depth` and by `parent`. */
export interface IfdefRegion {
  /** From the `#` of the first directive to the end of the `#endif` line (or of the file when it is missing). */
  readonly span: Span;
  readonly branches: readonly IfdefBranch[];
  /** 0 at the outermost level. */
  readonly depth: number;
  /** Index in `FileIndex.regions` of the region around it. */
  readonly parent: number | undefined;
  readonly isClosed: boolean;
}

/** Text that was not understood, never dropped silently. */
export interface UnparsedFact {
  readonly kind: 'error' | 'missing' | 'branch';
  readonly span: Span;
  /** What stands there, one line of at most 80 characters; for `missing`, what the grammar expected. */
  readonly excerpt: string;
}

/** True when a piece within `span` was not understood: how much of the rest of it was depends on what stands around it. */
export function isBroken({ start, end }: Span, unparsed: readonly UnparsedFact[]): boolean {
  return unparsed.some(({ kind, span }) => kind !== 'branch' && span.start <= end && span.end >= start);
}

/** A macro called at file level, such as `EXPORT_SYMBOL_GPL(x)` or `INTERVAL_TREE_DEFINE(…)`. */
export interface InvocationFact {
  readonly macro: string;
  readonly argumentTexts: readonly string[];
  readonly span: Span;
}

/** What one file defines and does. Plain data; made anew on each change of the text. */
export interface FileIndex {
  readonly path: string;
  /** Offsets of the line starts. */
  readonly lineStarts: readonly number[];
  /** Length of the text in UTF-16 code units. */
  readonly length: number;
  readonly functions: readonly FunctionFact[];
  readonly prototypes: readonly FunctionFact[];
  readonly structs: readonly StructFact[];
  readonly enums: readonly EnumFact[];
  readonly macros: readonly MacroFact[];
  readonly names: readonly NameFact[];
  readonly invocations: readonly InvocationFact[];
  readonly regions: readonly IfdefRegion[];
}

export type StatementKind =
  | 'entry'
  | 'decl'
  | 'expr'
  | 'return'
  | 'goto'
  | 'break'
  | 'continue'
  | 'if'
  | 'while'
  | 'for'
  | 'do'
  | 'foreach'
  | 'switch'
  /** A macro before a block that is no loop, such as `scoped_guard(…)`. */
  | 'scope'
  | 'case'
  | 'label'
  | 'end';

/** The construct a statement stands in, innermost first. */
export type Construct = 'if' | 'loop' | 'switch';

/** A call made directly by a statement (in its condition, for `if`, loops and `switch`). */
export interface StatementCall {
  /** The callee; for a call through a pointer in a field the field's name. */
  readonly name: string;
  readonly span: Span;
  readonly isIndirect: boolean;
  /** Arguments with blanks and comments normalised. */
  readonly argumentTexts: readonly string[];
}

/** A write by `=`, a compound assignment, `++`, `--`, an initialiser, or a store macro such as `smp_store_release()`. */
export interface WriteFact {
  /** The lvalue with all blanks removed, such as `dst->anon_vma->num_active_vmas`. */
  readonly target: string;
  /** Its last name: the field, the variable, or the array. */
  readonly field: string;
  /** `=`, `+=`, `++`, …, `init` for an initialiser, or the name of the store macro. */
  readonly operator: string;
  readonly span: Span;
}

/**
 * One statement, or the head of one: of `if`, `while`, `for`, `do`, iterator macros and `switch` only what stands up to
 * the closing parenthesis of the condition (`do`: its `while (…)`).
 */
export interface StatementFact {
  readonly kind: StatementKind;
  readonly span: Span;
  readonly calls: readonly StatementCall[];
  readonly identifiers: readonly string[];
  readonly writes: readonly WriteFact[];
  /** Target of a `goto`, name of a label, or text of a `case` (`default` for that). */
  readonly label: string | undefined;
  /** Returned expression with all blanks removed; `''` for a bare `return`; undefined for other kinds. */
  readonly returned: string | undefined;
  /** Blocks around it: 0 directly in the function's braces. */
  readonly depth: number;
  /** Innermost `if`, loop or `switch` whose body (either branch) it stands in. */
  readonly within: Construct | undefined;
  /** Index of the statement that heads that construct, in the same list. */
  readonly parent: number | undefined;
  /** Conditions of the `#if` branches inside and around the function, outermost first. */
  readonly conditions: readonly string[];
}

/** Everything inside one function, in source order. The first statement is the `entry`, the last the `end`. */
export interface FunctionBody {
  readonly functionName: string;
  readonly statements: readonly StatementFact[];
}
