/**
 * tree-sitter's C parser over the dialect pass. Owns the wasm objects: every KernelParser and ParsedFile has `delete()`.
 */
import { Edit, Language, Parser, type Tree, type TreeCursor } from 'web-tree-sitter';
import { type DialectResult, rewriteDialect } from './dialect';
import type { UnparsedFact } from './facts';
import { excerpt } from './normalise';
import { commonPrefixLength, commonSuffixLength, lineStartsOf, positionAt } from './text';

/** The bytes of `web-tree-sitter.wasm` and of `tree-sitter-c.wasm`; the caller reads them. */
export interface ParserWasm {
  readonly runtime: Uint8Array;
  readonly language: Uint8Array;
}
