/**
 * Parses `PROC: VERB ARGS [! FAULT …]`. Contract: docs/scenario-language.md, section 3.
 */
import type { AllocationFault, CallArgument, Operation, OperationVerb, Prot } from '../trace/engine';
import { closest } from './closest';
import { ADVICES, FAULT_KINDS, NAME, PROTS, VERBS } from './language';
import { type LineReader, listOf, quote } from './lineReader';

const FAULT_USAGE = 'a fault is fail KIND:N or fail KIND:N/nowait';

/** The operation, or null when the reader has problems. */
export function parseOperation(reader: LineReader): Operation | null {
  const process = reader.name('the name of a process', 'PROC: VERB ARGS', 'process');
  reader.mark(':', 'PROC: VERB ARGS');
  const verb = parseVerb(reader);
  const faults = verb ? parseFaults(reader) : [];
  if (verb) reader.end(usageOf(verb.verb));
  if (process === null || !verb || reader.problems.length > 0) return null;
  return { ...verb, process, faults };
}

function usageOf(verb: string): string {
  return VERBS.find((known) => known.name === verb)?.usage ?? verb;
}

function parseVerb(reader: LineReader): OperationVerb | null {
  const piece = reader.peek();
  if (!piece) {
    reader.missing('an operation', listOf(VERBS.map((verb) => verb.name)));
    return null;
  }
  reader.take('verb');
  const usage = usageOf(piece.text);
  const page = (what = 'a page number'): number => reader.number(what, usage) ?? 0;
  const pages = (): number => reader.number('a length in pages', usage) ?? 0;
  switch (piece.text) {
    case 'mmap': {
      const addr = page();
      const len = pages();
      const prot = parseOptionalProt(reader, usage);
      const file = parseFile(reader, usage);
      return { verb: 'mmap', addr, len, prot, file };
    }
    case 'munmap':
      return { verb: 'munmap', addr: page(), len: pages() };
    case 'mprotect': {
      const addr = page();
      const len = pages();
      return { verb: 'mprotect', addr, len, prot: reader.choice(PROTS, 'a protection', usage) ?? 'rw' };
    }
    case 'mremap': {
      const old = page();
      const len = pages();
      const to = page('the new page number');
      const dontunmap = reader.isWord('dontunmap');
      if (dontunmap) reader.take('keyword');
      return { verb: 'mremap', old, len, new: to, dontunmap };
    }
    case 'madvise': {
      const addr = page();
      const len = pages();
      return { verb: 'madvise', addr, len, advice: reader.choice(ADVICES, 'an advice', usage) ?? 'dofork' };
    }
    case 'read':
      return { verb: 'read', page: page() };
    case 'write':
      return { verb: 'write', page: page() };
    case 'walk':
      return { verb: 'walk', page: page() };
    case 'fork':
      return { verb: 'fork', child: reader.name('the name of the child', usage, 'process') ?? '' };
    case 'exit':
      return { verb: 'exit' };
    case 'call':
      return parseCall(reader, usage);
    default: {
      const names = VERBS.map((verb) => verb.name);
      const near = closest(piece.text, names);
      reader.report(
        piece,
        `${quote(piece.text)} is not an operation: ${near ? `did you mean ${near}?` : `write ${listOf(names)}`}`,
        near === null ? undefined : reader.change(piece, near),
      );
      return null;
    }
  }
}

function parseOptionalProt(reader: LineReader, usage: string): Prot {
  const piece = reader.peek();
  if (!piece || piece.text === 'file' || piece.text === '!') return 'rw';
  return reader.choice(PROTS, 'a protection', usage) ?? 'rw';
}

function parseFile(reader: LineReader, usage: string): { name: string; pgoff: number } | null {
  if (!reader.isWord('file')) return null;
  reader.take('keyword');
  const name = reader.name('the name of a file', usage) ?? '';
  return { name, pgoff: reader.number('a page offset in the file', usage) ?? 0 };
}

function parseCall(reader: LineReader, usage: string): OperationVerb | null {
  const name = reader.name('the name of a kernel function', usage);
  if (!reader.mark('(', usage)) return null;
  const args: CallArgument[] = [];
  while (!reader.isMark(')') && reader.peek()) {
    const piece = reader.peek();
    if (piece?.type === 'word' && NAME.test(piece.text)) {
      reader.take('name');
      args.push({ type: 'name', name: piece.text });
    } else args.push({ type: 'page', page: reader.number('a page number or a name', usage) ?? 0 });
    if (!reader.isMark(',')) break;
    reader.take('operator');
    if (reader.isMark(')'))
      reader.report(reader.peek() ?? null, 'Add an argument after the comma, or remove the comma.');
  }
  reader.mark(')', usage);
  return { verb: 'call', function: name ?? '', args };
}

/** `! fail KIND:N fail KIND:N …`; a `!` before each fault, and `fail` once for all, are understood too. */
function parseFaults(reader: LineReader): AllocationFault[] {
  const faults: AllocationFault[] = [];
  if (!reader.isMark('!')) return faults;
  reader.take('operator');
  let first = true;
  while (first || reader.peek()) {
    if (!first && reader.isMark('!')) {
      reader.take('operator');
      first = true;
    }
    if (reader.isWord('fail')) reader.take('keyword');
    else if (first) {
      const piece = reader.peek();
      if (piece) reader.report(piece, `Write fail here instead of ${quote(piece.text)}: ${FAULT_USAGE}.`);
      else reader.missing('fail KIND:N', FAULT_USAGE);
      return faults;
    }
    const fault = parseFault(reader);
    if (!fault) return faults;
    faults.push(fault);
    first = false;
  }
  return faults;
}

function parseFault(reader: LineReader): AllocationFault | null {
  const kind = reader.choice(FAULT_KINDS, 'a kind of allocation', FAULT_USAGE);
  if (!reader.mark(':', FAULT_USAGE)) return null;
  const piece = reader.peek();
  const nth = reader.number('the number of the allocation', FAULT_USAGE);
  if (nth === 0 && piece)
    reader.report(
      piece,
      'Count allocations from 1: fail KIND:1 makes the first one fail.',
      reader.change(piece, '1'),
    );
  let nowait = false;
  if (reader.isMark('/')) {
    reader.take('operator');
    nowait = reader.choice(['nowait'], 'a suffix of a fault', FAULT_USAGE) !== null;
  }
  return kind === null || nth === null ? null : { kind, nth, nowait };
}
