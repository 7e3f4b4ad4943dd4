/** What can be folded in a file: blocks, comments, `#if` branches, runs of `#include`. Made from tokens, without a parse. */
import { readConditionals } from '../conditionals';
import { lex, TokenKind, type Tokens } from '../lexer';
import { lineAt, lineStartsOf } from '../text';

export interface Fold {
  /** Lines from 0, both included. */
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: 'block' | 'comment' | 'imports' | 'branch';
}

/** Folds of `text`, sorted by their first line. */
export function foldsOf(text: string): Fold[] {
  const tokens = lex(text);
  const lineStarts = lineStartsOf(text);
  const line = (offset: number): number => lineAt(lineStarts, offset);
  const folds: Fold[] = [];
  const add = (kind: Fold['kind'], startLine: number, endLine: number): void => {
    if (endLine > startLine) {
      folds.push({ kind, startLine, endLine });
    }
  };
  addBlocks(text, tokens, line, add);
  for (const { start, end } of tokens.comments) {
    add('comment', line(start), line(end));
  }
  for (const { branches, span, isClosed } of readConditionals(text, tokens).regions) {
    branches.forEach((branch, index) => {
      const next = branches[index + 1]?.directiveSpan.start ?? span.end;
      const isLast = index + 1 === branches.length;
      add('branch', line(branch.directiveSpan.start), line(next) - (isLast && !isClosed ? 0 : 1));
    });
  }
  addImports(text, tokens, line, add);
  return folds.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}

type Add = (kind: Fold['kind'], startLine: number, endLine: number) => void;

function addBlocks(text: string, tokens: Tokens, line: (offset: number) => number, add: Add): void {
  const open: number[] = [];
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kind[i] !== TokenKind.punctuation) {
      continue;
    }
    const at = tokens.start[i] ?? 0;
    const mark = text.charAt(at);
    if (mark === '{') {
      // a brace on a line of its own belongs to the head above it
      const isAlone = text.slice(text.lastIndexOf('\n', at) + 1, at).trim() === '';
      const before = i > 0 ? line((tokens.end[i - 1] ?? 1) - 1) : 0;
      open.push(isAlone && i > 0 ? before : line(at));
    } else if (mark === '}') {
      const start = open.pop();
      if (start !== undefined) {
        add('block', start, line(at) - 1);
      }
    }
  }
}

function addImports(text: string, tokens: Tokens, line: (offset: number) => number, add: Add): void {
  let first = -1;
  let last = -1;
  const end = (): void => {
    if (first >= 0) {
      add('imports', first, last);
    }
    first = -1;
  };
  for (let i = 0; i < tokens.count; i++) {
    const start = tokens.start[i] ?? 0;
    if (tokens.kind[i] === TokenKind.directive && /^#\s*include\b/.test(text.slice(start, start + 30))) {
      first = first < 0 ? line(start) : first;
      last = line(start);
    } else {
      end();
    }
  }
  end();
}
