/** Makes the plain-data index of one parsed file. Bodies of functions are read apart, on demand (statements.ts). */
import { AggregateReader } from './aggregates';
import { DefinitionReader } from './definitions';
import type { FileIndex, FunctionFact } from './facts';
import type { ParsedFile } from './parser';
import { invocationsOf, macrosOf } from './preprocessor';

/** The function among `functions` (in source order) that `offset` lies in, head included. */
export function functionAt(functions: readonly FunctionFact[], offset: number): FunctionFact | undefined {
  let low = 0;
  let high = functions.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const candidate = functions[middle];
    if (!candidate || candidate.span.start > offset) {
      high = middle - 1;
    } else if (candidate.span.end <= offset) {
      low = middle + 1;
    } else {
      return candidate;
    }
  }
  return undefined;
}

/** Index of `file`, which stands at `path` in its tree. */
export function indexFile(path: string, file: ParsedFile): FileIndex {
  const definitions = new DefinitionReader(file).read();
  const aggregates = new AggregateReader(file).read(definitions.typeHolders);
  const { functions, prototypes, names } = definitions;
  const isAtFileLevel = (offset: number): boolean =>
    functionAt(functions, offset) === undefined &&
    !aggregates.structs.some(({ span }) => span.start <= offset && offset < span.end);
  return {
    path,
    lineStarts: file.lineStarts,
    length: file.text.length,
    functions,
    prototypes,
    names,
    structs: aggregates.structs,
    enums: aggregates.enums,
    macros: macrosOf(file.text, file.dialect),
    invocations: invocationsOf(file.text, file.dialect, isAtFileLevel),
    regions: file.dialect.conditionals.regions,
  };
}
