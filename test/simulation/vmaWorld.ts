/**
 * One simulated kernel for the tests of the VMA layer: lines of the scenario language in, VMAs as text out. A VMA is
 * named by the object that it is (`a` is the first that was seen), so that tests tell which one survives a merge.
 */
import assert from 'node:assert/strict';
import { parseScenario } from '../../src/scenario/parser';
import { createSimulation, Simulation } from '../../src/simulation/engine';
import type { mm_struct, vm_area_struct } from '../../src/simulation/objects';
import { VM_READ, VM_WRITE } from '../../src/simulation/objects';
import { Recorder } from '../../src/trace/recorder';
import type { Step } from '../../src/trace/step';

export class World {
  readonly simulation: Simulation;
  private readonly names = new Map<vm_area_struct, string>();
  private readonly recorder = new Recorder('simulation');

  constructor(profile = '7.3') {
    const made = createSimulation(profile);
    assert(made instanceof Simulation);
    this.simulation = made;
  }

  /** Runs lines. Returns the result of the last operation: `ok` or an errno. */
  run(text: string): string {
    const scenario = parseScenario(text);
    assert.deepEqual(scenario.problems, []);
    let last = 'nothing ran';
    for (const { statement } of scenario.lines) {
      if (statement?.kind !== 'operation') continue;
      this.recorder.begin(0);
      const { status, errno } = this.simulation.apply(statement.operation, this.recorder);
      this.recorder.end();
      last = errno ?? status;
      for (const mm of this.simulation.kernel.mms) this.name(mm);
      assertSound(this.simulation);
    }
    return last;
  }

  /** Steps taken so far. */
  get steps(): readonly Step[] {
    return this.recorder.steps;
  }

  /** Asserts of the kernel's own that fired so far. */
  get warnings(): string[] {
    return this.simulation.kernel.warnings.map(({ expression }) => expression);
  }

  /** The VMAs of a process by address: `a 16-20 rw A0[A0]`, with the offset when it is not the start. */
  layout(process = 'P'): string[] {
    const mm = this.simulation.kernel.mms.find((one) => one.name === process);
    assert(mm, `no process ${process}`);
    return mm.mm_mt.map((vma) => this.describe(vma));
  }

  private name(mm: mm_struct): void {
    for (const vma of mm.mm_mt) {
      if (!this.names.has(vma)) this.names.set(vma, String.fromCharCode(97 + this.names.size));
    }
  }

  private describe(vma: vm_area_struct): string {
    const prot = vma.vm_flags & VM_WRITE ? 'rw' : vma.vm_flags & VM_READ ? 'r' : 'none';
    const chain = vma.anon_vma_chain.map((avc) => avc.anon_vma?.label).join(' ');
    return [
      this.names.get(vma),
      `${vma.vm_start}-${vma.vm_end}`,
      prot,
      ...(vma.anon_vma || chain ? [`${vma.anon_vma?.label}[${chain}]`] : []),
      ...(vma.vm_file ? [`${vma.vm_file.name}:${vma.vm_pgoff}`] : []),
      ...(!vma.vm_file && vma.vm_pgoff !== vma.vm_start ? [`pgoff ${vma.vm_pgoff}`] : []),
    ].join(' ');
  }
}

/** What holds between operations of any kernel, apart from the invariants about anon_vmas. */
export function assertSound(simulation: Simulation): void {
  const { mms, files } = simulation.kernel;
  for (const mm of mms) {
    assert.equal(mm.mmap_lock, 0, 'mmap lock is free');
    assert.equal(mm.page_table_lock, 0, 'page table lock is free');
    assert.equal(mm.map_count, mm.mm_mt.length, 'map_count');
    for (const [i, vma] of mm.mm_mt.entries()) {
      const next = mm.mm_mt[i + 1];
      assert(vma.vm_start < vma.vm_end, 'a VMA has pages');
      assert(!next || vma.vm_end <= next.vm_start, 'VMAs lie apart, by address');
      assert(vma.attached && !vma.freed && vma.vm_mm === mm, 'a VMA of the tree is attached');
      assert.equal(vma.vm_lock, 0, 'per-VMA lock is free');
    }
    const mapped = (page: number) => mm.mm_mt.some((vma) => vma.vm_start <= page && page < vma.vm_end);
    assert([...mm.ptes.keys()].every(mapped), 'page table entries lie in VMAs');
  }
  for (const file of files.values()) {
    const mapping = mms.flatMap((mm) => mm.mm_mt.filter((vma) => vma.vm_file === file));
    assert.equal(file.i_mmap_rwsem, 0, 'i_mmap lock is free');
    assert.deepEqual(new Set(file.i_mmap), new Set(mapping), 'i_mmap');
    assert.equal(file.i_mmap.length, mapping.length, 'i_mmap has no VMA twice');
  }
}
