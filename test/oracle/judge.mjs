// Judges the `expect` lines of a self-test by what the oracle printed. Two comments mean something here:
//   # trees: 7.3 7.2                 the case is for these trees only
//   # warns FUNCTION                 the operation just above makes an assert in FUNCTION fire

/** The VMA of `PROC:PAGE` in a snapshot. */
function vmaOf(snapshot, place) {
  const [process, text] = place.split(':');
  const page = Number(text);
  const mm = snapshot.mms.find(({ name }) => name === process);
  return { page, vma: mm?.vmas.find(({ start, end }) => start <= page && page < end) };
}

function folioOf(snapshot, place) {
  const { page, vma } = vmaOf(snapshot, place);
  return vma?.ptes[page]?.folio;
}

/** VMAs as the language writes them: page numbers in any base. */
function vmaName(text) {
  const [, process, start, end] = /^(\w+)@(\w+)-(\w+)$/.exec(text) ?? [];
  return `${process}@${Number(start)}-${Number(end)}`;
}

const CHECKS = {
  ok: (operation) => operation.status === 'ok' || `it gave ${operation.errno}`,
  error: (operation, [errno]) => operation.errno === errno || `it gave ${operation.errno ?? 'ok'}`,
  same: ({ snapshot }, [a, b]) =>
    (folioOf(snapshot, a) !== undefined && folioOf(snapshot, a) === folioOf(snapshot, b)) ||
    `${folioOf(snapshot, a)} and ${folioOf(snapshot, b)}`,
  differ: ({ snapshot }, [a, b]) =>
    folioOf(snapshot, a) !== folioOf(snapshot, b) || `both are ${folioOf(snapshot, a)}`,
  count: ({ objects }, [kind, n]) => objects[kind] === Number(n) || `there are ${objects[kind]}`,
  chain({ snapshot }, [place, , ...labels]) {
    const chain = vmaOf(snapshot, place).vma?.chain.join(' ');
    return chain === labels.join(' ') || `it is ${chain}`;
  },
  /** In any order, by a walk of the folio there; the case has to `walk` it in the operation just above. */
  visits(operation, [, , ...vmas]) {
    const visited = (operation.visits ?? []).map(({ vma }) => vma).sort();
    return visited.join(' ') === vmas.map(vmaName).sort().join(' ') || `it visited ${visited.join(' ')}`;
  },
  clean: () => true,
  violation: () => true,
};

/**
 * @param {string} text the scenario
 * @param {object[]} output lines of the oracle, the end line last
 * @returns {string[]} what is wrong
 */
export function judge(text, output) {
  const end = output.at(-1);
  const operations = output.slice(0, -1);
  const problems = [];
  if (end.problem) problems.push(`line ${end.problem.line}:${end.problem.column} ${end.problem.message}`);
  if (end.crash) problems.push(`crash: ${end.crash.signal} in line ${end.crash.line}`);
  if (end.poison && end.poison !== 'intact') problems.push('freed memory was written to');
  for (const [kind, n] of Object.entries(end.leaked ?? {})) if (n !== 0) problems.push(`${n} ${kind} leaked`);
  for (const { expression } of end.errors ?? []) problems.push(`at the end: ${expression}`);
  const warned = new Map();
  let above = null;
  let expected = 0;
  for (const [index, line] of text.split('\n').entries()) {
    above = operations.find((operation) => operation.line === index + 1) ?? above;
    const warns = /^\s*# warns (\S+)/.exec(line);
    if (warns && above) warned.set(above.line, [...(warned.get(above.line) ?? []), warns[1]]);
    const match = /^\s*expect\s+(\w+)\s*([^#]*)/.exec(line);
    if (!match) continue;
    expected++;
    const check = CHECKS[match[1]];
    const found = !above
      ? 'there is no operation above'
      : check
        ? check(above, match[2].trim().split(/\s+/))
        : 'unknown';
    if (found !== true) problems.push(`line ${index + 1}: ${line.trim()}: ${found}`);
  }
  if (expected === 0) problems.push('it expects nothing');
  for (const { line, text: statement, warnings, errors } of operations) {
    const fired = [...new Set(warnings.map((warning) => warning.function))].sort().join(' ');
    const wanted = [...(warned.get(line) ?? [])].sort().join(' ');
    if (fired !== wanted) problems.push(`line ${line}: ${statement}: asserts fired in: ${fired || 'none'}`);
    for (const { expression } of errors) problems.push(`line ${line}: ${statement}: ${expression}`);
  }
  return problems;
}
