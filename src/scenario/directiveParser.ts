/**
 * Parses `scenario`, `profile` and `expect`. Contract: docs/scenario-language.md, section 2.
 */
import { closest } from './closest';
import { DIRECTIVES, EXPECTATIONS, VERBS } from './language';
import type { Piece } from './lexer';
import { type LineReader, listOf, quote } from './lineReader';
import { COUNTED_OBJECTS, type Expectation, type PageRef, type StatementBody, type VmaRef } from './syntax';

const ERRNO = /^E[A-Z0-9]+$/;
const LABEL = /^A[0-9]+$/;

/** The directive, or null when the reader has problems. */
export function parseDirective(reader: LineReader): StatementBody | null {
  const first = reader.peek();
  const body = first ? parseBody(reader) : null;
  return reader.problems.length > 0 ? null : body;
}

function parseBody(reader: LineReader): StatementBody | null {
  const keyword = reader.take('keyword');
  switch (keyword?.text) {
    case 'scenario':
      return parseTitle(reader);
    case 'profile': {
      const id = reader.takeRaw('id', false);
      if (id === null) reader.missing('the id of a kernel profile', 'profile ID, such as profile 7.3');
      reader.end('profile ID');
      return id === null ? null : { kind: 'profile', id };
    }
    case 'expect': {
      const expectation = parseExpectation(reader);
      return expectation ? { kind: 'expect', expectation } : null;
    }
    default:
      if (keyword) unknownStatement(reader, keyword);
      return null;
  }
}

function unknownStatement(reader: LineReader, piece: Piece): void {
  const word = piece.text;
  const directives = DIRECTIVES.map((directive) => directive.name);
  const next = reader.peek()?.text ?? '';
  const near = closest(word, directives);
  if (isVerb(next)) {
    const fix = reader.insert(piece.end, ':', 'Add the colon');
    reader.report(piece, `Add a colon after the process: ${word}: ${next} …`, fix);
  } else if (isVerb(word)) {
    const fix = reader.insert(piece.start, 'P: ', 'Name process P');
    reader.report(piece, `Name the process first: P: ${word} …`, fix);
  } else if (near) {
    reader.report(
      piece,
      `${quote(word)} is not a statement: did you mean ${near}?`,
      reader.change(piece, near),
    );
  } else {
    const known = listOf(directives);
    reader.report(piece, `Begin with PROC: and an operation, or with ${known}, instead of ${quote(word)}.`);
  }
}

function isVerb(word: string): boolean {
  return VERBS.some((verb) => verb.name === word);
}

function parseTitle(reader: LineReader): StatementBody | null {
  const usage = 'scenario "TITLE"';
  const piece = reader.peek();
  if (!piece) return reader.missing('a title in double quotes', usage);
  if (piece.type !== 'string') {
    const title = reader.text.slice(piece.start - reader.range.start).replaceAll('"', '');
    const range = { line: reader.line, start: piece.start, end: reader.range.end };
    reader.report(piece, `Put the title in double quotes: ${usage}`, {
      ...{ title: 'Put it in double quotes', range },
      text: `"${title}"`,
    });
    return null;
  }
  reader.take('string');
  reader.end(usage);
  return { kind: 'scenario', title: piece.text.slice(1, -1) };
}

function parseExpectation(reader: LineReader): Expectation | null {
  const what = reader.choice(
    ['ok', 'error', 'violation', 'clean', 'same', 'differ', 'visits', 'count', 'chain'],
    'an expectation',
    'expect ok|error|violation|clean|same|differ|visits|count|chain …',
  );
  if (what === null) return null;
  const usage = EXPECTATIONS.find((known) => known.name === what)?.usage ?? 'expect …';
  const expectation = parseExpected(reader, what, usage);
  reader.end(usage);
  return expectation;
}

function parseExpected(reader: LineReader, what: Expectation['expect'], usage: string): Expectation | null {
  switch (what) {
    case 'ok':
    case 'clean':
      return { expect: what };
    case 'error':
      return parseError(reader, usage);
    case 'violation': {
      const id = reader.takeRaw('id', true);
      if (id === null) return reader.missing('the id of an invariant', usage);
      return { expect: 'violation', id: id.replace(/\s+/g, ' ') };
    }
    case 'same':
    case 'differ': {
      const a = parsePage(reader, usage);
      const b = parsePage(reader, usage);
      return a && b ? { expect: what, a, b } : null;
    }
    case 'visits': {
      const page = parsePage(reader, usage);
      if (!page || !reader.mark('=', usage)) return null;
      const vmas: VmaRef[] = [];
      while (reader.peek()) {
        const vma = parseVma(reader, usage);
        if (!vma) return null;
        vmas.push(vma);
      }
      return { expect: 'visits', page, vmas };
    }
    case 'count': {
      const object = reader.choice(COUNTED_OBJECTS, 'an object that can be counted', usage);
      const count = reader.number('how many are live', usage);
      return object === null || count === null ? null : { expect: 'count', object, count };
    }
    case 'chain': {
      const page = parsePage(reader, usage);
      if (!page || !reader.mark('=', usage)) return null;
      return { expect: 'chain', page, labels: parseLabels(reader) };
    }
  }
}

function parseError(reader: LineReader, usage: string): Expectation | null {
  const piece = reader.take('name');
  if (!piece) return reader.missing('an errno such as ENOMEM', usage);
  if (!ERRNO.test(piece.text)) {
    reader.report(piece, `Write an errno such as ENOMEM instead of ${quote(piece.text)}.`);
    return null;
  }
  return { expect: 'error', errno: piece.text };
}

function parsePage(reader: LineReader, usage: string): PageRef | null {
  const process = reader.name('the name of a process', usage, 'process');
  if (process === null || !reader.mark(':', usage)) return null;
  const page = reader.number('a page number', usage);
  return page === null ? null : { process, page };
}

function parseVma(reader: LineReader, usage: string): VmaRef | null {
  const process = reader.name('the name of a process', usage, 'process');
  if (process === null || !reader.mark('@', usage)) return null;
  const start = reader.number('the first page of the VMA', usage);
  if (!reader.mark('-', usage)) return null;
  const end = reader.number('the page after the last of the VMA', usage);
  if (start === null || end === null) return null;
  return { process, start, end };
}

function parseLabels(reader: LineReader): string[] {
  const labels: string[] = [];
  for (let piece = reader.take('id'); piece; piece = reader.take('id')) {
    if (LABEL.test(piece.text)) labels.push(piece.text);
    else reader.report(piece, `Write the label of an anon_vma such as A0 instead of ${quote(piece.text)}.`);
  }
  return labels;
}
