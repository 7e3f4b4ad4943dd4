/** Where functions are handed to others as arguments, by name: who calls them then, and through which parameter. */
import type { CallGraph, TreeFunction } from './callGraph';

/** `by` calls what it was handed by this name. */
export interface HandedOver {
  readonly by: TreeFunction;
  readonly parameter: string;
}

const NOT_CODE = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

/** Name of the call among whose arguments `offset` lies, and which argument that is; undefined outside of a call. */
function argumentAt(
  code: string,
  offset: number,
): { readonly callee: string; readonly at: number } | undefined {
  let depth = 0;
  let at = 0;
  for (let i = offset - 1; i >= 0; i--) {
    const character = code.charAt(i);
    if (character === ')') {
      depth++;
    } else if (character === '(') {
      if (depth === 0) {
        const callee = /(\w+)\s*$/.exec(code.slice(Math.max(0, i - 80), i))?.[1];
        return callee === undefined ? undefined : { callee, at };
      }
      depth--;
    } else if (character === ',' && depth === 0) {
      at++;
    } else if (character === ';' || character === '{' || character === '}') {
      return undefined;
    }
  }
  return undefined;
}

/**
 * The functions that a static function is handed to in its file. Undefined when its name also stands where it is not told what
 * becomes of it.
 */
export function handedOver(
  graph: CallGraph,
  { path, function: { name, isStatic } }: TreeFunction,
): HandedOver[] | undefined {
  const found: HandedOver[] = [];
  if (!isStatic) return found;
  if (graph.pointersTo(name).length > 0) return undefined;
  for (const one of graph.functionsIn(path)) {
    if (one.function.name === name || !one.text.includes(name)) continue;
    const code = one.text.replace(NOT_CODE, (piece) => ' '.repeat(piece.length));
    for (const { index } of code.matchAll(new RegExp(`\\b${name}\\b(?!\\s*\\()`, 'g'))) {
      const call = argumentAt(code, index);
      const by = call && graph.resolve(call.callee, path);
      const parameter = by && call ? by.function.parameters[call.at]?.name : undefined;
      if (!by || !parameter) return undefined;
      found.push({ by, parameter });
    }
  }
  return found;
}
