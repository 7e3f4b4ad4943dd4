/**
 * INTERVAL_TREE_DEFINE() at file level defines functions whose names stand nowhere in the text. Here they are written out, with the
 * arguments that the text gives.
 */

interface Definition {
  /** `struct anon_vma_chain`, `rb`, … as the text passes them. */
  readonly args: readonly string[];
}

const CALL = /^INTERVAL_TREE_DEFINE\s*\(([^;{]*?)\)\s*;?\s*$/gm;

/** Arguments of each use in a file. */
function usesIn(text: string): Definition[] {
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, ' ');
  return [...bare.matchAll(CALL)].map((match) => ({
    args: (match[1] ?? '').split(',').map((arg) => arg.trim()),
  }));
}

/** C of the functions that the uses in these files define; a use with other than eight arguments is left to fail where it is needed. */
export function generatedTrees(files: Iterable<string>): string {
  const parts: string[] = [];
  for (const text of files)
    for (const { args } of usesIn(text)) if (args.length === 8) parts.push(written(args));
  return parts.join('\n');
}

function written(args: readonly string[]): string {
  const [type, node, key, subtree, start, last, , prefix] = args;
  return `
static inline void ${prefix}_insert(${type} *item, struct rb_root_cached *root)
{
  item->${subtree} = ${last}(item);
  __rl_interval_insert(&item->${node}, root, ${start}(item), ${last}(item));
}
static inline void ${prefix}_remove(${type} *item, struct rb_root_cached *root)
{
  __rl_interval_remove(&item->${node}, root);
}
static inline ${type} *${prefix}_iter_first(struct rb_root_cached *root, ${key} start, ${key} last)
{
  struct rb_node *found = __rl_interval_first(root->rb_leftmost, start, last);
  return found ? rb_entry(found, ${type}, ${node}) : (${type} *)0;
}
static inline ${type} *${prefix}_iter_next(${type} *item, ${key} start, ${key} last)
{
  struct rb_node *found = __rl_interval_first(item->${node}.rb_right, start, last);
  return found ? rb_entry(found, ${type}, ${node}) : (${type} *)0;
}
`;
}
