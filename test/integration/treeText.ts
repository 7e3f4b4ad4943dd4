// The text of a kernel tree as a search sees it, without any parser: what is defined, called and used where.
import * as vscode from 'vscode';

/** Files outside mm/ that the searched functions are in. */
const MORE = [
  'include/linux/list.h',
  'include/linux/rmap.h',
  'include/linux/mm.h',
  'include/linux/mm_types.h',
  'include/linux/mm_inline.h',
  'include/linux/mmap_lock.h',
  'kernel/fork.c',
  'fs/exec.c',
];

/** Where a function is called: `path:line` of each call, and the callers as `name COUNT`; both sorted. */
export interface Calls {
  readonly places: readonly string[];
  readonly counted: readonly string[];
}

/** Texts by path from the root. Comments and strings are blanked out, so that lines stay where they are. */
export class TreeText {
  constructor(private readonly texts: ReadonlyMap<string, string>) {}

  get(path: string): string | undefined {
    return this.texts.get(path);
  }

  /** Whether some file has the head and the opening brace of a function of this name. */
  defines(name: string): boolean {
    const head = new RegExp(`^[A-Za-z_][\\w \\t*\\n]*?\\b${name}\\([^;{}]*\\)\\s*\\{`, 'm');
    return [...this.texts.values()].some((text) => text.includes(`${name}(`) && head.test(text));
  }

  /** Lines with the name, as `path:line`, sorted. */
  usesOf(name: string): readonly string[] {
    return this.lines(new RegExp(`\\b${name}\\b`))
      .map(({ path, line }) => `${path}:${line + 1}`)
      .sort();
  }

  /** Calls stand indented; what begins in the first column is a head or a prototype. */
  callsOf(name: string): Calls {
    const calls = this.lines(new RegExp(`^\\s.*\\b${name}\\s*\\(`));
    const counts = new Map<string, number>();
    for (const { above } of calls) {
      const head = above.findLast((line) => /^[A-Za-z_].*\(/.test(line)) ?? '';
      const [, caller = ''] = /(\w+)\s*\(/.exec(head) ?? [];
      counts.set(caller, (counts.get(caller) ?? 0) + 1);
    }
    return {
      places: calls.map(({ path, line }) => `${path}:${line + 1}`).sort(),
      counted: [...counts].map(([caller, count]) => `${caller} ${count}`).sort(),
    };
  }

  private lines(pattern: RegExp) {
    return [...this.texts].flatMap(([path, text]) => {
      const all = text.split('\n');
      return all.flatMap((one, line) =>
        pattern.test(one) ? [{ path, line, above: all.slice(0, line) }] : [],
      );
    });
  }
}

/** Reads mm/ and what else matters. */
export async function readTree(root: vscode.Uri): Promise<TreeText> {
  const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(root, 'mm'));
  // mm/nommu.c defines anew what machines without an MMU do otherwise
  const inMm = entries.flatMap(([name]) =>
    /\.[ch]$/.test(name) && name !== 'nommu.c' ? [`mm/${name}`] : [],
  );
  const texts = await Promise.all(
    [...inMm, ...MORE].map(async (path): Promise<[string, string]> => {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(root, path));
      return [path, blanked(new TextDecoder().decode(bytes))];
    }),
  );
  return new TreeText(new Map(texts));
}

function blanked(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"/g, (piece) =>
    piece.replace(/[^\n]/g, ' '),
  );
}
