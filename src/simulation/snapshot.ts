/**
 * The snapshot of the contract (docs/scenario-language.md, section 4), read off the live objects.
 */
import type {
  Snapshot,
  SnapshotAnonVma,
  SnapshotFolio,
  SnapshotMm,
  SnapshotPte,
  SnapshotVma,
} from '../trace/snapshot';
import { pagesMapped } from './faultCopy';
import type { Kernel } from './kernel';
import {
  type anon_vma,
  type folio,
  type mm_struct,
  type pte,
  VM_READ,
  VM_WRITE,
  type vm_area_struct,
  vmaName,
} from './objects';

/** The state of the address spaces and of every live anon_vma and folio that has a label. */
export function takeSnapshot(k: Kernel): Snapshot {
  const anonVmas: anon_vma[] = [];
  const folios: folio[] = [];
  for (const object of k.slab) {
    if (object.kind === 'anon_vma' && object.label !== null) anonVmas.push(object);
    else if (object.kind === 'folio' && object.label !== null) folios.push(object);
  }
  return {
    version: 1,
    mms: k.mms.map((mm) => snapshotMm(k, mm)),
    anonVmas: anonVmas.sort(byLabel).map((anon) => snapshotAnonVma(k, anon)),
    folios: folios.sort(byLabel).map(snapshotFolio),
  };
}

function byLabel(a: anon_vma | folio, b: anon_vma | folio): number {
  return Number(a.label?.slice(1)) - Number(b.label?.slice(1));
}

function snapshotMm(k: Kernel, mm: mm_struct): SnapshotMm {
  return { name: mm.name, vmas: mm.mm_mt.map((vma) => snapshotVma(k, vma)) };
}

function snapshotVma(k: Kernel, vma: vm_area_struct): SnapshotVma {
  const ptes: Record<string, SnapshotPte> = {};
  for (const page of pagesMapped(vma, vma.vm_start, vma.vm_end)) {
    const entry = vma.vm_mm.ptes.get(page);
    if (entry) ptes[page] = snapshotPte(entry);
  }
  return {
    start: vma.vm_start,
    end: vma.vm_end,
    pgoff: vma.vm_pgoff,
    anonPgoff: k.f.anon_rmap_start(vma),
    prot: vma.vm_flags & VM_WRITE ? 'rw' : vma.vm_flags & VM_READ ? 'r' : 'none',
    file: vma.vm_file?.name ?? null,
    anonVma: vma.anon_vma && labelOf(vma.anon_vma),
    chain: vma.anon_vma_chain.map((avc) => labelOf(avc.anon_vma)),
    ptes,
  };
}

function snapshotPte(entry: pte): SnapshotPte {
  return {
    folio: typeof entry.folio === 'string' ? entry.folio : labelOf(entry.folio),
    writable: entry.writable,
  };
}

function snapshotAnonVma(k: Kernel, anon: anon_vma): SnapshotAnonVma {
  const { countsDegree } = k.profile;
  return {
    id: labelOf(anon),
    root: labelOf(anon.root),
    parent: labelOf(anon.parent),
    refcount: anon.refcount,
    numChildren: countsDegree ? null : anon.num_children,
    numActiveVmas: countsDegree ? null : anon.num_active_vmas,
    ...(countsDegree ? { degree: anon.degree } : {}),
    tree: anon.rb_root
      .flatMap((avc) => (avc.vma ? [avc.vma] : []))
      .sort((a, b) => a.vm_mm.id - b.vm_mm.id || a.vm_start - b.vm_start)
      .map((vma) => (vma.freed ? 'dead' : vmaName(vma))),
  };
}

function snapshotFolio(folio: folio): SnapshotFolio {
  return {
    id: labelOf(folio),
    anonVma: labelOf(folio.mapping),
    index: folio.index,
    mapcount: folio.mapcount,
    exclusive: folio.exclusive,
  };
}

/** A label, marked when what it names is gone: only a broken kernel leaves a pointer to that. */
function labelOf(object: anon_vma | folio | null): string {
  const label = object?.label ?? 'null';
  return object?.freed ? `dead:${label}` : label;
}
