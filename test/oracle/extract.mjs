// Takes named pieces (functions, types, macros) out of kernel sources, by brace matching.
//
// The kernel's text is never stored in this repository: it is cut out of the tree when the oracle is built. Each
// piece is emitted behind a #line directive, so that the compiler, gdb and sanitizers name the kernel's own file.

import { readFileSync } from 'node:fs';

/**
 * Blanks comments, strings and character constants, keeping every offset and newline.
 * @param {string} text C source
 */
function mask(text) {
  const out = text.split('');
  let at = 0;
  const blank = (from, to) => {
    for (let i = from; i < to; i++) if (out[i] !== '\n') out[i] = ' ';
  };
  while (at < text.length) {
    const two = text.slice(at, at + 2);
    if (two === '/*') {
      const end = text.indexOf('*/', at + 2);
      const to = end < 0 ? text.length : end + 2;
      blank(at, to);
      at = to;
    } else if (two === '//') {
      const end = text.indexOf('\n', at);
      const to = end < 0 ? text.length : end;
      blank(at, to);
      at = to;
    } else if (text[at] === '"' || text[at] === "'") {
      const quote = text[at];
      let to = at + 1;
      while (to < text.length && text[to] !== quote) to += text[to] === '\\' ? 2 : 1;
      blank(at + 1, to);
      at = to + 1;
    } else {
      at++;
    }
  }
  return out.join('');
}

/** The name of a piece and what it is: `function`, `type`, `macro`, `declaration` or `other`. */
function classify(code) {
  const head = code.trim();
  const define = /^#\s*define\s+(\w+)/.exec(head);
  if (define) return { kind: 'macro', name: define[1] };
  if (head.startsWith('#')) return { kind: 'other', name: '' };
  const type = /^(?:typedef\s+)?(?:struct|union|enum)\s+(\w+)?[^({;]*\{/.exec(head);
  if (type) {
    const alias = /^typedef/.test(head) ? /(\w+)\s*;\s*$/.exec(head) : null;
    return { kind: 'type', name: alias?.[1] ?? type[1] ?? '' };
  }
  const body = head.indexOf('{');
  const upTo = body < 0 ? head : head.slice(0, body);
  // The function's name: the identifier before the first parenthesis that is not an attribute's.
  const call = /(\w+)\s*\(/g;
  for (let m = call.exec(upTo); m; m = call.exec(upTo)) {
    if (['__attribute__', '__releases', '__acquires', '__printf', '__must_hold'].includes(m[1])) continue;
    if (/=/.test(upTo.slice(0, m.index))) break;
    return { kind: body < 0 ? 'declaration' : 'function', name: m[1] };
  }
  const variable = /(\w+)\s*(?:\[[^\]]*\]\s*)?(?:=|;)/.exec(head);
  return { kind: 'declaration', name: variable?.[1] ?? '' };
}

/**
 * Splits a source file into its top-level pieces.
 * @param {string} path file to read
 * @returns {{kind: string, name: string, start: number, end: number, line: number, text: string}[]}
 */
export function pieces(path) {
  const text = readFileSync(path, 'utf8');
  const code = mask(text);
  const found = [];
  let line = 1;
  let counted = 0;
  const lineAt = (offset) => {
    for (; counted < offset; counted++) if (text[counted] === '\n') line++;
    return line;
  };
  let start = 0;
  const close = (end) => {
    const body = code.slice(start, end);
    if (body.trim() !== '') {
      const lead = body.length - body.trimStart().length;
      found.push({
        ...classify(body),
        start: start + lead,
        end,
        line: lineAt(start + lead),
        text: text.slice(start + lead, end),
      });
    }
    start = end;
  };
  let depth = 0;
  let parens = 0;
  for (let at = 0; at < code.length; at++) {
    const c = code[at];
    if (c === '#' && /(^|\n)[ \t]*$/.test(code.slice(Math.max(0, at - 40), at))) {
      // A directive; inside a body it simply belongs to the body.
      let end = at;
      do {
        const newline = code.indexOf('\n', end);
        end = newline < 0 ? code.length : newline + 1;
      } while (end < code.length && /\\[ \t]*\n$/.test(code.slice(at, end)));
      if (depth === 0 && parens === 0) {
        close(at);
        close(end);
      }
      at = end - 1;
    } else if (c === '(') parens++;
    else if (c === ')') {
      parens--;
      // A macro that stands for a definition, such as INTERVAL_TREE_DEFINE(…), needs no terminator.
      if (
        parens === 0 &&
        depth === 0 &&
        /^\s*[A-Z][A-Z0-9_]*\s*\(/.test(code.slice(start, at)) &&
        /^\s*[^\s{;]/.test(code.slice(at + 1, at + 200))
      )
        close(at + 1);
    } else if (c === '{') depth++;
    else if (c === '}') {
      depth--;
      if (depth === 0 && parens === 0) {
        // A function ends here; a type or an initialised variable ends at the semicolon that follows.
        const kind = classify(code.slice(start, at + 1));
        if (kind.kind === 'function') close(at + 1);
      }
    } else if (c === ';' && depth === 0 && parens === 0) close(at + 1);
  }
  close(code.length);
  return found;
}

const cache = new Map();
/** @param {string} path */
export function piecesOf(path) {
  if (!cache.has(path)) cache.set(path, pieces(path));
  return cache.get(path);
}

/**
 * The text of the named pieces, in the order in which they are asked for.
 * `?name` may be absent; `name#2` is the second definition of that name; `from..to` is everything between two names.
 * @param {string} path source file
 * @param {string[]} names
 */
export function take(path, names) {
  const list = piecesOf(path);
  const defined = (wanted) => {
    const [name, nth] = wanted.split('#');
    const same = list.filter((p) => p.name === name && p.kind !== 'declaration');
    if (same.length > 0) return same[(nth ? Number(nth) : 1) - 1];
    return list.find((p) => p.name === name);
  };
  const out = [];
  const emit = (piece) => out.push(`#line ${piece.line} "${path}"\n${piece.text}\n`);
  for (const wanted of names) {
    const optional = wanted.startsWith('?');
    const key = optional ? wanted.slice(1) : wanted;
    const range = key.split('..');
    if (range.length === 2) {
      const from = defined(range[0]);
      const to = defined(range[1]);
      if (!from || !to) throw new Error(`${path}: no ${key}`);
      for (const piece of list) {
        if (piece.start >= from.start && piece.end <= to.end && !/^#\s*include/.test(piece.text)) emit(piece);
      }
      continue;
    }
    const piece = defined(key);
    if (piece) emit(piece);
    else if (!optional) throw new Error(`${path}: no definition of ${key}`);
  }
  return out.join('');
}

/** Is there a piece with this name (and kind, if said)? */
export function has(path, name, kind) {
  return piecesOf(path).some((p) => p.name === name && (!kind || p.kind === kind));
}

/**
 * A whole file without the named pieces and with textual replacements; used on the shims of tools/testing/vma.
 * @param {string} path
 * @param {string[]} drop names of pieces to leave out (definitions and declarations)
 * @param {[RegExp, string][]} replace
 */
export function without(path, drop, replace = []) {
  const text = readFileSync(path, 'utf8');
  let out = '';
  let at = 0;
  for (const piece of piecesOf(path)) {
    if (!drop.includes(piece.name)) continue;
    out += text.slice(at, piece.start);
    out += piece.text.replace(/[^\n]/g, ''); // keeps the line numbers
    at = piece.end;
  }
  out += text.slice(at);
  for (const [what, by] of replace) {
    if (!what.test(out)) throw new Error(`${path}: nothing matches ${what}`);
    out = out.replace(what, by);
  }
  return `#line 1 "${path}"\n${out}`;
}
