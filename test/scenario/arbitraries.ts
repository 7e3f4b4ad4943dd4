/**
 * Random scenarios for property tests: well-formed ones, biased to small address spaces, and arbitrary text.
 */
import fc from 'fast-check';
import { COUNTED_OBJECTS, type Expectation, type StatementBody } from '../../src/scenario/syntax';
import type { AllocationFault, CallArgument, Operation, OperationVerb } from '../../src/trace/engine';

/** Plain objects, as the parser makes them. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,6}$/);
const number = fc.oneof(fc.nat(64), fc.maxSafeNat());
const prot = fc.constantFrom('none', 'r', 'rw' as const);

const argument: fc.Arbitrary<CallArgument> = fc.oneof(
  record({ type: fc.constant('page' as const), page: number }),
  record({ type: fc.constant('name' as const), name }),
);

const verb: fc.Arbitrary<OperationVerb> = fc.oneof(
  record({
    verb: fc.constant('mmap' as const),
    addr: number,
    len: number,
    prot,
    file: fc.option(record({ name, pgoff: number })),
  }),
  record({ verb: fc.constant('munmap' as const), addr: number, len: number }),
  record({ verb: fc.constant('mprotect' as const), addr: number, len: number, prot }),
  record({
    verb: fc.constant('mremap' as const),
    old: number,
    len: number,
    new: number,
    dontunmap: fc.boolean(),
  }),
  record({
    verb: fc.constant('madvise' as const),
    addr: number,
    len: number,
    advice: fc.constantFrom('dontfork', 'dofork', 'wipeonfork', 'keeponfork' as const),
  }),
  record({ verb: fc.constantFrom('read', 'write', 'walk' as const), page: number }),
  record({ verb: fc.constant('fork' as const), child: name }),
  record({ verb: fc.constant('exit' as const) }),
  record({
    verb: fc.constant('call' as const),
    function: name,
    args: fc.array(argument, { maxLength: 4 }),
  }),
);

const fault: fc.Arbitrary<AllocationFault> = record({
  kind: fc.constantFrom('anon_vma', 'avc', 'vma', 'folio' as const),
  nth: fc.integer({ min: 1, max: 9 }),
  nowait: fc.boolean(),
});

export const operation: fc.Arbitrary<Operation> = fc
  .tuple(verb, name, fc.array(fault, { maxLength: 3 }))
  .map(([what, process, faults]) => ({ ...what, process, faults }));

const page = record({ process: name, page: number });

const expectation: fc.Arbitrary<Expectation> = fc.oneof(
  record({ expect: fc.constantFrom('ok', 'clean' as const) }),
  record({ expect: fc.constant('error' as const), errno: fc.constantFrom('ENOMEM', 'EFAULT', 'ESRCH') }),
  record({
    expect: fc.constant('violation' as const),
    id: fc.constantFrom('anon_vma/active-count', 'assert/f/a->b && !c', 'lock/order'),
  }),
  record({ expect: fc.constantFrom('same', 'differ' as const), a: page, b: page }),
  record({
    expect: fc.constant('visits' as const),
    page,
    vmas: fc.array(record({ process: name, start: number, end: number }), { maxLength: 3 }),
  }),
  record({
    expect: fc.constant('count' as const),
    object: fc.constantFrom(...COUNTED_OBJECTS),
    count: number,
  }),
  record({
    expect: fc.constant('chain' as const),
    page,
    labels: fc.array(
      fc.nat(20).map((n) => `A${n}`),
      { maxLength: 4 },
    ),
  }),
);

export const statement: fc.Arbitrary<StatementBody> = fc.oneof(
  { weight: 6, arbitrary: operation.map((what) => ({ kind: 'operation' as const, operation: what })) },
  { weight: 3, arbitrary: expectation.map((what) => ({ kind: 'expect' as const, expectation: what })) },
  record({ kind: fc.constant('scenario' as const), title: fc.stringMatching(/^[^"\r\n]{0,20}$/) }),
  record({
    kind: fc.constant('profile' as const),
    id: fc.constantFrom('7.3', 'series/9', 'bug/degree-reuse'),
  }),
);

const comment = fc.option(fc.stringMatching(/^#[^\r\n]{0,20}$/).map((text) => text.trimEnd()));

/** A line as the syntax tree has it, without positions. */
export const line = record({ body: fc.option(statement, { freq: 5 }), comment });

/** Text that looks like a scenario, now and then. */
export const scenarioText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc
        .array(
          fc.constantFrom(
            ...[
              'P',
              ':',
              'mmap',
              'write',
              'fork',
              'expect',
              'visits',
              '=',
              '0x10',
              '7',
              '!',
              'fail',
              'avc',
              '@',
              '-',
            ],
            ...['"', '#', '(', ')', ',', ' ', 'scenario', 'profile', 'call', '\t', '\r', '0x', '-1', 'file'],
          ),
          { maxLength: 12 },
        )
        .map((words) => words.join(' ')),
    ),
    { maxLength: 8 },
  )
  .map((lines) => lines.join('\n'));
