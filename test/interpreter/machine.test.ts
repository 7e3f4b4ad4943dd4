// The C machine on pieces of C: what it computes, how it ends, what it reports.
import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import type { FaultReport } from '../../src/interpreter/machine';
import { Stop } from '../../src/interpreter/problem';
import type { KernelParser } from '../../src/source/parser';
import { createParser } from '../source/support';
import { CASES } from './cases';
import { machineOf } from './support';

describe('the C machine', () => {
  let parser: KernelParser;
  before(async () => {
    parser = await createParser();
  });
  after(() => parser.delete());

  const run = (c: string): bigint => BigInt(machineOf(parser, c).call('test', []));
  const stopOf = (c: string): Stop => {
    try {
      run(c);
    } catch (error) {
      if (error instanceof Stop) return error;
      throw error;
    }
    throw new Error('it did not stop');
  };

  describe('computes as gcc does', () => {
    for (const { title, c, value } of CASES) it(title, () => equal(run(c), value));
  });

  it('gives the same again after a reset', () => {
    const machine = machineOf(parser, 'static int n = 3; long test(void) { return n++; }');
    deepEqual([machine.call('test', []), machine.call('test', [])], [3, 4]);
    machine.reset();
    equal(machine.call('test', []), 3);
  });

  describe('ends with a sentence', () => {
    it('on a function that nobody has', () => {
      const stop = stopOf('long test(void) { int a = 1;\n if (a) missing(a);\n return 0; }');
      equal(stop.reason, 'unsupported');
      equal(stop.what, 'missing');
      match(stop.message, /missing\(\) is neither in the files/);
      equal(stop.place?.file, 'test.c');
    });
    it('but only when it is reached', () => {
      equal(
        run(
          'long test(void) { if (0) missing(1); return nothing_of_this ? 1 : 2; }\n#define nothing_of_this 0',
        ),
        2n,
      );
    });
    it('on a field that a struct lacks', () => {
      const stop = stopOf('struct s { int a; }; long test(void) { struct s x; return x.b; }');
      match(stop.message, /struct s has no field b/);
    });
    it('on a type that is nowhere', () => {
      match(stopOf('long test(struct none *p) { return p->a; }').message, /struct none/);
    });
    it('on an endless loop', () => equal(stopOf('long test(void) { for (;;) ; }').reason, 'limit'));
    it('on endless recursion', () => equal(stopOf('long test(void) { return test(); }').reason, 'limit'));
    it('on a macro that grows without end', () => {
      const text = Array.from({ length: 40 }, (_, i) => `#define M${i} M${i + 1} M${i + 1}`).join('\n');
      equal(stopOf(`${text}\n#define M40 +1\nlong test(void) { return M0; }`).reason, 'unsupported');
    });
    it('on a NULL pointer', () => {
      const stop = stopOf('struct s { int a, b; }; long test(void) { struct s *p = 0; return p->b; }');
      equal(stop.reason, 'oops');
      match(stop.message, /NULL pointer/);
    });
    it('on a wild pointer', () =>
      equal(stopOf('long test(void) { return *(int *)0x7654321000; }').reason, 'oops'));
    it('on a division by zero', () =>
      equal(stopOf('long test(void) { int a = 0; return 1 / a; }').reason, 'oops'));
    it('on half-typed text', () => {
      match(stopOf('long test(void) { int a = ; return a }').message, /not C that can be read/);
    });
    it('on too much memory', () => {
      const machine = machineOf(
        parser,
        'void *grab(unsigned long); long test(void) { for (;;) grab(100000); }',
        {
          natives: { grab: (m, [size]) => m.memory.allocate(Number(size), { kind: 'big', zeroed: true }) },
          limits: { memory: 2 ** 22 },
        },
      );
      throws(
        () => machine.call('test', []),
        (error) => error instanceof Stop && error.reason === 'limit',
      );
    });
  });

  describe('reports uses of memory', () => {
    const faults = (c: string): FaultReport[] => {
      const reports: FaultReport[] = [];
      const machine = machineOf(parser, c, {
        builtin: 'void *obtain(unsigned long); void drop(void *);',
        natives: {
          obtain: (m, [size], at) => m.memory.allocate(Number(size), { kind: 'thing', zeroed: false, at }),
          drop: (m, [address], at) => (m.memory.free(Number(address), at) ? 1 : 0),
        },
      });
      machine.onFault = (report) => reports.push(report);
      machine.call('test', []);
      return reports;
    };
    it('after it was freed, with both places', () => {
      const c =
        'struct s { int a; }; long test(void) { struct s *p = obtain(sizeof(*p)); p->a = 3;\n drop(p);\n return p->a; }';
      const [report] = faults(c);
      equal(report?.fault, 'use-after-free');
      equal(c.slice(report?.place.start, report?.place.end), 'return p->a;');
      match(c.slice(report?.owner?.freedAt?.start, report?.owner?.freedAt?.end), /^drop\(p\)/);
    });
    it('that was never written', () => {
      equal(
        faults('struct s { int a; }; long test(void) { struct s *p = obtain(sizeof(*p)); return p->a; }')[0]
          ?.fault,
        'uninitialised',
      );
    });
    it('in local variables', () => {
      const [report] = faults('long test(void) { int a, b = 1; return a + b; }');
      equal(report?.variable, 'a');
    });
    it('of a function that has returned', () => {
      equal(
        faults('static int *f(void) { int a = 3; return &a; } long test(void) { return *f(); }')[0]?.fault,
        'use-after-free',
      );
    });
    it('and nothing else', () => {
      for (const { title, c } of CASES)
        deepEqual(
          faults(c).map(({ place, address }) => [c.slice(place.start, place.end), address]),
          [],
          title,
        );
    });
  });

  it('tells each step with its place', () => {
    const c =
      '#define ADD(x) x += 1\nlong test(void)\n{\n\tint a = 1;\n\n\tif (a > 0)\n\t\tADD(a);\n\treturn a;\n}\n';
    const machine = machineOf(parser, c);
    const places: string[] = [];
    machine.hooks = {
      step: ({ start, end }) => void places.push(c.slice(start, end)),
      enter: (name) => void places.push(`> ${name}`),
      leave: (name) => void places.push(`< ${name}`),
    };
    machine.call('test', []);
    deepEqual(places, ['> test', 'int a = 1;', '(a > 0)', 'ADD(a);', 'return a;', '< test']);
  });

  it('takes a name from the same file first', () => {
    const machine = machineOf(parser, {
      'a.c': 'static int f(void) { return 1; } long test(void) { return f() * 10 + other(); }',
      'b.c': 'static int f(void) { return 2; } int other(void) { return f(); }',
    });
    equal(machine.call('test', []), 12);
  });

  it('keeps what an edit does not touch', () => {
    const machine = machineOf(parser, 'long test(void) { return 1; }');
    ok(machine.isFromText('test'));
    equal(machine.isFromText('nothing'), false);
  });
});
