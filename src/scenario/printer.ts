/**
 * Writes scenarios as text: from their meaning (`printScenario`, numbers in one style), or as a formatter that keeps
 * the numbers as they were written (`formatScenario`). Parsing what is printed gives the same statements again.
 */
import type { AllocationFault, CallArgument, Operation } from '../trace/engine';
import { parseScenario } from './parser';
import type { Expectation, Line, PageRef, Scenario, StatementBody, Token } from './syntax';

/** The scenario as text, with its comments, one `\n` after every line. */
export function printScenario(scenario: Pick<Scenario, 'lines'>): string {
  return layOut(scenario.lines, (line) => (line.statement ? printStatement(line.statement) : line.invalid));
}

/** The text with blanks normalised and comments aligned. Lines that cannot be parsed stay as they are. */
export function formatScenario(text: string): string {
  const { lines } = parseScenario(text);
  return layOut(lines, (line) => (line.statement ? joinTokens(line.statement.tokens) : line.invalid));
}

/** One statement without its comment. */
export function printStatement(statement: StatementBody): string {
  switch (statement.kind) {
    case 'scenario':
      return `scenario "${statement.title}"`;
    case 'profile':
      return `profile ${statement.id}`;
    case 'expect':
      return `expect ${printExpectation(statement.expectation)}`;
    case 'operation':
      return printOperation(statement.operation);
  }
}

/** An operation as the language writes it: `P: write 0x10`. Page numbers in hex, lengths in decimal. */
export function printOperation(operation: Operation): string {
  return [`${operation.process}: ${printVerb(operation)}`, ...printFaults(operation.faults)].join(' ');
}

function printVerb(operation: Operation): string {
  switch (operation.verb) {
    case 'mmap': {
      const prot = operation.prot === 'rw' ? '' : ` ${operation.prot}`;
      const file = operation.file ? ` file ${operation.file.name} ${operation.file.pgoff}` : '';
      return `mmap ${hex(operation.addr)} ${operation.len}${prot}${file}`;
    }
    case 'munmap':
      return `munmap ${hex(operation.addr)} ${operation.len}`;
    case 'mprotect':
      return `mprotect ${hex(operation.addr)} ${operation.len} ${operation.prot}`;
    case 'mremap': {
      const dontunmap = operation.dontunmap ? ' dontunmap' : '';
      return `mremap ${hex(operation.old)} ${operation.len} ${hex(operation.new)}${dontunmap}`;
    }
    case 'madvise':
      return `madvise ${hex(operation.addr)} ${operation.len} ${operation.advice}`;
    case 'read':
    case 'write':
    case 'walk':
      return `${operation.verb} ${hex(operation.page)}`;
    case 'fork':
      return `fork ${operation.child}`;
    case 'exit':
      return 'exit';
    case 'call':
      return `call ${operation.function}(${operation.args.map(printArgument).join(', ')})`;
  }
}

function printArgument(argument: CallArgument): string {
  return argument.type === 'page' ? hex(argument.page) : argument.name;
}

function printFaults(faults: readonly AllocationFault[]): string[] {
  if (faults.length === 0) return [];
  return ['!', ...faults.map(({ kind, nth, nowait }) => `fail ${kind}:${nth}${nowait ? '/nowait' : ''}`)];
}

function printExpectation(expectation: Expectation): string {
  switch (expectation.expect) {
    case 'ok':
    case 'clean':
      return expectation.expect;
    case 'error':
      return `error ${expectation.errno}`;
    case 'violation':
      return `violation ${expectation.id}`;
    case 'same':
    case 'differ':
      return `${expectation.expect} ${printPage(expectation.a)} ${printPage(expectation.b)}`;
    case 'visits': {
      const vmas = expectation.vmas.map((vma) => `${vma.process}@${hex(vma.start)}-${hex(vma.end)}`);
      return [`visits ${printPage(expectation.page)} =`, ...vmas].join(' ');
    }
    case 'count':
      return `count ${expectation.object} ${expectation.count}`;
    case 'chain':
      return [`chain ${printPage(expectation.page)} =`, ...expectation.labels].join(' ');
  }
}

function printPage(page: PageRef): string {
  return `${page.process}:${hex(page.page)}`;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** Tokens with the blanks that the language is written with. */
function joinTokens(tokens: readonly Token[]): string {
  let text = '';
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]?.text;
    // The colon after the process that an operation begins with is followed by a blank, no other colon is.
    const isFirstColon = index === 2 && before === ':' && tokens[0]?.kind === 'process';
    const glued =
      before === undefined || /^[,:()@/-]$/.test(token.text) || (/^[:(@/-]$/.test(before) && !isFirstColon);
    text += glued ? token.text : ` ${token.text}`;
  }
  return text;
}

/** Puts comments beside statements, aligned within a run of lines without a gap. */
function layOut(lines: readonly Line[], textOf: (line: Line) => string | null): string {
  let out = '';
  let run: { text: string; comment: string | null }[] = [];
  const flush = (): void => {
    const width = Math.max(0, ...run.map(({ text, comment }) => (comment === null ? 0 : text.length)));
    for (const { text, comment } of run)
      out += comment === null ? `${text}\n` : `${text.padEnd(width)}  ${comment}\n`;
    run = [];
  };
  for (const line of lines) {
    const text = textOf(line);
    if (text !== null) {
      run.push({ text, comment: line.comment });
      continue;
    }
    flush();
    out += `${line.comment ?? ''}\n`;
  }
  flush();
  return out;
}
