/**
 * What can be said of a whole scenario without running it: titles and profiles once and in their place, processes
 * that exist, expectations that have an operation above them.
 *
 * Whether a fork succeeds is only known at run time, so a process *may* exist after a fork that can fail.
 */
import type { Operation } from '../trace/engine';
import { closest } from './closest';
import { quote } from './lineReader';
import type { Expectation, Fix, Line, ParseOptions, Problem, Statement, TextRange } from './syntax';

type Existence = 'yes' | 'maybe' | 'no';

/** Problems of the statements that could be parsed, in order. */
export function checkScenario(lines: readonly Line[], options: ParseOptions): Problem[] {
  const checker = new Checker(
    options,
    lines.some((line) => line.invalid !== null),
  );
  for (const { statement } of lines) if (statement) checker.statement(statement);
  return checker.problems;
}

class Checker {
  readonly problems: Problem[] = [];
  private readonly processes = new Map<string, Existence>();
  private readonly named = new Set<string>();
  private titled = false;
  private profiled = false;
  private operations = 0;

  constructor(
    private readonly options: ParseOptions,
    /** A line that could not be parsed may have been the fork that is missed. */
    private readonly incomplete: boolean,
  ) {}

  statement(statement: Statement): void {
    switch (statement.kind) {
      case 'scenario':
        if (this.titled)
          this.report(statement.range, 'Remove this title: a scenario has one.', removal(statement));
        else if (this.operations > 0)
          this.report(statement.range, 'Move the title above the first operation.');
        this.titled = true;
        return;
      case 'profile':
        if (this.profiled) {
          const message = 'Remove this profile: a scenario names one at most.';
          this.report(statement.range, message, removal(statement));
        }
        this.profiled = true;
        this.known(statement, statement.id, this.options.profiles, 'a kernel profile');
        return;
      case 'operation':
        this.operation(statement, statement.operation);
        this.operations += 1;
        return;
      case 'expect':
        this.expectation(statement, statement.expectation);
        return;
    }
  }

  private operation(statement: Statement, operation: Operation): void {
    const { process } = operation;
    if (this.operations === 0 && this.processes.size === 0) this.exists(process, 'yes');
    const existence = this.processes.get(process) ?? 'no';
    if (existence === 'no' && !this.incomplete) {
      this.reportAbsent(tokenRange(statement, 'process', 0), process);
      this.exists(process, 'maybe');
    }
    if (operation.verb === 'exit') this.exists(process, 'no');
    if (operation.verb === 'fork') this.fork(statement, operation, existence);
  }

  private fork(
    statement: Statement,
    operation: Operation & { readonly verb: 'fork' },
    parent: Existence,
  ): void {
    const { child } = operation;
    const range = tokenRange(statement, 'process', 1);
    if (this.processes.get(child) === 'yes') {
      this.report(
        range,
        `Choose another name for the child, or let ${child} exit first: ${child} still runs.`,
      );
      return;
    }
    this.exists(child, operation.faults.length > 0 || parent !== 'yes' ? 'maybe' : 'yes');
  }

  private reportAbsent(range: TextRange, process: string): void {
    const near = closest(process, [...this.named]);
    if (this.named.has(process)) {
      const message = `Process ${process} has exited: fork it again before it does anything.`;
      this.report(range, message, this.forkAbove(range, process));
    } else if (near) {
      const fix = { title: `Change to ${near}`, range, text: near };
      this.report(range, `There is no process ${process}: did you mean ${near}?`, fix);
    } else {
      const message = `There is no process ${process} yet: add “fork ${process}” above.`;
      this.report(range, message, this.forkAbove(range, process));
    }
  }

  /** A fork by a process that certainly runs, as a line above. */
  private forkAbove({ line }: TextRange, child: string): Fix | undefined {
    const parent = [...this.processes].find(([, existence]) => existence === 'yes')?.[0];
    if (parent === undefined) return undefined;
    const fork = `${parent}: fork ${child}`;
    return { title: `Insert “${fork}” above`, range: { line, start: 0, end: 0 }, text: `${fork}\n` };
  }

  private expectation(statement: Statement, expectation: Expectation): void {
    switch (expectation.expect) {
      case 'ok':
      case 'error':
        if (this.operations === 0 && !this.incomplete)
          this.report(statement.range, 'Put this below an operation: it speaks of the operation just above.');
        return;
      case 'violation':
        if (!/^(assert|comment)\//.test(expectation.id))
          this.known(statement, expectation.id, this.options.invariants, 'an invariant');
        return;
      case 'clean':
      case 'count':
        return;
      case 'same':
      case 'differ':
        this.expectProcesses(statement, [expectation.a.process, expectation.b.process]);
        return;
      case 'chain':
        this.expectProcesses(statement, [expectation.page.process]);
        return;
      case 'visits': {
        const { page, vmas } = expectation;
        this.expectProcesses(statement, [page.process, ...vmas.map((vma) => vma.process)]);
        return;
      }
    }
  }

  private expectProcesses(statement: Statement, processes: readonly string[]): void {
    if (this.incomplete) return;
    for (const [index, process] of processes.entries())
      if (!this.named.has(process)) this.reportAbsent(tokenRange(statement, 'process', index), process);
  }

  /** Reports an id that is not among the known ones, if these are given. */
  private known(statement: Statement, id: string, ids: readonly string[] | undefined, what: string): void {
    if (!ids || ids.includes(id)) return;
    const near = closest(id, ids);
    const hint = near ? `did you mean ${near}?` : `one is ${ids[0] ?? 'missing'}.`;
    const range = tokenRange(statement, 'id', 0);
    const fix = near ? { title: `Change to ${near}`, range, text: near } : undefined;
    this.report(range, `${quote(id)} is not ${what}: ${hint}`, fix);
  }

  private exists(process: string, existence: Existence): void {
    this.processes.set(process, existence);
    this.named.add(process);
  }

  private report(range: TextRange, message: string, fix?: Fix): void {
    this.problems.push({ range, severity: 'error', message, ...(fix ? { fix } : {}) });
  }
}

function removal({ range, text }: Statement): Fix {
  return { title: `Remove ${quote(text)}`, range, text: '' };
}

/** Range of the n-th token of a kind, or of the whole statement. */
function tokenRange(statement: Statement, kind: string, nth: number): TextRange {
  return statement.tokens.filter((token) => token.kind === kind)[nth]?.range ?? statement.range;
}
