/** Who calls a function and what it calls, over the files read; calls in the bodies of macros included. */
import { functionAt } from '../fileIndex';
import type { Span } from '../text';
import { contains } from '../text';
import { type Navigator, visibleIn } from './navigator';
import { isCalled, isMember } from './syntax';
import type { Definition } from './target';
import { wordsNamed } from './words';

/** One caller with the places of its calls. At file level (an initialiser, a macro call) `caller` is the file itself. */
export interface IncomingCall {
  readonly caller: Definition;
  readonly calls: readonly Span[];
}

export interface OutgoingCall {
  readonly callee: Definition;
  readonly calls: readonly Span[];
}

/** Calls of the function or macro `name`, by caller, in order of path and place. */
export function incomingCalls(navigator: Navigator, name: string): IncomingCall[] {
  return navigator.tree.paths.flatMap((path) => callersIn(navigator, path, name));
}

function callersIn(navigator: Navigator, path: string, name: string): IncomingCall[] {
  const { tree } = navigator;
  const text = tree.text(path) ?? '';
  if (!text.includes(name)) {
    return [];
  }
  const words = wordsNamed(text, name).filter((word) => isCalled(text, word) && !isMember(text, word));
  if (words.length === 0) {
    return [];
  }
  const index = tree.file(path);
  const grouped = new Map<string, { caller: Definition; calls: Span[] }>();
  for (const { start, end, isInDirective } of words) {
    const isDeclared =
      index?.functions.some(({ nameSpan }) => nameSpan.start === start) ||
      index?.prototypes.some(({ nameSpan }) => nameSpan.start === start) ||
      index?.macros.some(({ nameSpan }) => nameSpan.start === start);
    if (isDeclared || !index) {
      continue;
    }
    const around = isInDirective
      ? index.macros.find(({ span }) => contains(span, start))
      : functionAt(index.functions, start);
    const caller: Definition = around
      ? {
          ...{ kind: isInDirective ? ('macro' as const) : ('function' as const), path, isPrivate: false },
          ...{ name: around.name, span: around.span, nameSpan: around.nameSpan },
        }
      : { kind: 'file', name: path, path, span: { start, end }, nameSpan: { start, end }, isPrivate: false };
    const key = around ? `${around.nameSpan.start}` : '';
    const entry = grouped.get(key) ?? { caller, calls: [] };
    entry.calls.push({ start, end });
    grouped.set(key, entry);
  }
  return [...grouped.values()];
}

/** What the function at `span` of `path` calls and where that is defined; what is defined nowhere in the files is left out. */
export function outgoingCalls(navigator: Navigator, path: string, span: Span): OutgoingCall[] {
  const calls = navigator.tree.source(path)?.calls ?? [];
  const byName = new Map<string, Span[]>();
  for (const { callee, calleeSpan, isIndirect } of calls) {
    if (!isIndirect && contains(span, calleeSpan.start)) {
      byName.set(callee, [...(byName.get(callee) ?? []), calleeSpan]);
    }
  }
  return [...byName].flatMap(([name, places]) => {
    const [callee] = visibleIn(path, navigator.lookup.definitions(name)).filter(
      ({ kind }) => kind === 'function' || kind === 'macro' || kind === 'prototype',
    );
    return callee ? [{ callee, calls: places }] : [];
  });
}
