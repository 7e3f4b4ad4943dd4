// Which room may import which: docs/architecture.md, section 2, as rules. scripts/rooms.mjs enforces them in `npm test`
// and proves, on a tree of violations made for it, that each rule finds what it forbids.

const CORE = [
  'simulation',
  'trace',
  'invariants',
  'scenario',
  'source',
  'analysis',
  'interpreter',
  'binding',
  'checker',
  'patches',
  'annotations',
  'protocol',
];

/**
 * Room → rooms it may import; a room not listed is forbidden. `types`: only with `import type`, so that nothing of the
 * other room runs. (The simulation takes the engine interface's types from trace and nothing else.)
 */
const MAY_IMPORT = {
  simulation: { any: [], types: ['trace'] },
  trace: { any: [], types: [] },
  invariants: { any: ['trace'], types: [] },
  scenario: { any: ['trace', 'simulation'], types: [] },
  source: { any: [], types: [] },
  analysis: { any: ['source'], types: [] },
  interpreter: { any: ['source', 'trace'], types: [] },
  binding: { any: ['interpreter', 'simulation', 'source', 'trace'], types: [] },
  checker: { any: ['trace', 'invariants', 'scenario'], types: [] },
  patches: { any: ['source'], types: [] },
  annotations: { any: ['trace', 'invariants', 'source', 'simulation'], types: [] },
  protocol: { any: [], types: ['trace'] },
  vscode: { any: [...CORE, 'cli'], types: [] },
  webview: { any: ['protocol', 'trace'], types: [] },
  cli: { any: CORE, types: [] },
};

const anyOf = (rooms) => `^src/(${rooms.join('|')})/`;

const roomRules = Object.entries(MAY_IMPORT).flatMap(([room, { any, types }]) => [
  {
    name: `room-${room}`,
    comment: `src/${room} may import: ${[...any, ...types.map((name) => `${name} (types)`)].join(', ') || 'nothing'}`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path: '^src/', pathNot: anyOf([room, ...any, ...types]) },
  },
  ...(types.length > 0
    ? [
        {
          name: `room-${room}-types-only`,
          comment: `src/${room} takes only types from ${types.join(', ')}`,
          severity: 'error',
          from: { path: `^src/${room}/` },
          to: { path: anyOf(types), dependencyTypesNot: ['type-only'] },
        },
      ]
    : []),
]);

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'no-unknown-room',
      comment: 'A new folder below src/ needs a line in the table of docs/architecture.md and here',
      severity: 'error',
      from: { path: '^src/', pathNot: anyOf(Object.keys(MAY_IMPORT)) },
      to: {},
    },
    {
      name: 'vscode-only-in-its-room',
      comment: 'Only src/vscode and the suites inside VS Code know the editor',
      severity: 'error',
      from: { pathNot: '^(src/vscode/|test/integration/)' },
      to: { path: '^vscode$' },
    },
    {
      name: 'no-node-in-the-core',
      comment:
        'The core runs in a web worker: Node built-ins only in src/cli, src/vscode/node, test and scripts',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli|vscode/node)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'node-part-of-the-extension-stays-apart',
      comment: 'What both extension hosts run must not pull in src/vscode/node',
      severity: 'error',
      from: { path: '^src/vscode/', pathNot: '^src/vscode/node/' },
      to: { path: '^src/(vscode/node|cli)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(vscode$|virtual:)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|artifacts)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'types', 'default'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.scm', '.rmap', '.css'],
    },
  },
};
