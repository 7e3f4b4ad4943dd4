/** All calls of a file at once, by query: the material of call hierarchy and references. */
import { isAssertName } from './assertNames';
import { conditionsAt } from './conditionals';
import type { AssertFact, CallFact, FunctionFact } from './facts';
import { functionAt } from './fileIndex';
import { argumentsOf } from './normalise';
import type { ParsedFile } from './parser';

/** Calls of `file` in source order; `functions` are those of its present index. */
export function callsOf(file: ParsedFile, functions: readonly FunctionFact[]): CallFact[] {
  const { text, dialect, parser, tree } = file;
  const calls: CallFact[] = [];
  const callerAt = (offset: number): string => functionAt(functions, offset)?.name ?? '';
  for (const { captures } of parser.query('calls').matches(tree.rootNode)) {
    const whole = captures.find(({ name }) => name === 'call')?.node;
    const callee = captures.find(({ name }) => name !== 'call');
    if (whole && callee) {
      const span = { start: whole.startIndex, end: whole.endIndex };
      const calleeSpan = { start: callee.node.startIndex, end: callee.node.endIndex };
      calls.push({
        callee: text.slice(calleeSpan.start, calleeSpan.end),
        caller: callerAt(span.start),
        span,
        calleeSpan,
        isIndirect: callee.name === 'pointer',
      });
    }
  }
  for (const { kind, name, start, end } of dialect.replacements) {
    if (kind === 'iterator' || kind === 'scope' || kind === 'macro call') {
      const calleeSpan = { start, end: start + name.length };
      const close = kind === 'macro call' ? end : closeOfArguments(file.parsedText, end);
      calls.push({
        callee: name,
        caller: callerAt(start),
        span: { start, end: close },
        calleeSpan,
        isIndirect: false,
      });
    }
  }
  return calls.sort((a, b) => a.span.start - b.span.start);
}

/** End of the parentheses that begin at or after `from`, in parsed text (no macros that unbalance it are left there). */
function closeOfArguments(parsedText: string, from: number): number {
  const marks = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\*[\s\S]*?\*\/|[()]/g;
  marks.lastIndex = from;
  let depth = 0;
  for (let match = marks.exec(parsedText); match; match = marks.exec(parsedText)) {
    if (match[0] === '(') {
      depth++;
    } else if (match[0] === ')' && --depth <= 0) {
      return match.index + 1;
    }
  }
  return from;
}

/** Those of `calls` that are asserts. */
export function assertsAmong(file: ParsedFile, calls: readonly CallFact[]): AssertFact[] {
  const { regions } = file.dialect.conditionals;
  return calls
    .filter(({ callee, isIndirect }) => !isIndirect && isAssertName(callee))
    .map(({ callee, caller, span, calleeSpan }) => ({
      macro: callee,
      text: argumentsOf(file.text.slice(calleeSpan.end, span.end)).join(', '),
      functionName: caller,
      span,
      conditions: conditionsAt(regions, span.start),
    }));
}
