/** linux/slab.h, linux/gfp.h: caches of objects. Memory comes from the host, which counts allocations and makes some fail. */
import type { Value } from '../value';
import { address, type BuiltinHeader, type KernelHost, type NativeMachine, type SlabCache } from './host';

/** The bit that lets an allocation sleep until memory is reclaimed. */
const DIRECT_RECLAIM = 0x400;
const ZERO = 0x100;

/** Bytes of a `struct kmem_cache`, which holds nothing. */
const CACHE_SIZE = 8;

/** The caches of a run by the address of their `struct kmem_cache`. */
function cachesOf({ data }: NativeMachine): Map<number, SlabCache> {
  const known = data.get('slab');
  if (known instanceof Map) return known;
  const made = new Map<number, SlabCache>();
  data.set('slab', made);
  return made;
}

export function slab(host: KernelHost): BuiltinHeader {
  const create = (machine: NativeMachine, name: Value, size: Value, construct: Value): Value => {
    const at = machine.memory.allocate(CACHE_SIZE, { kind: 'kmem_cache', zeroed: true });
    cachesOf(machine).set(at, {
      name: machine.stringAt(address(name)),
      size: Number(size),
      constructorAddress: Number(construct),
    });
    return at;
  };

  return {
    header: 'include/linux/slab.h',
    doc: 'slab caches with allocations that fail on demand',
    c: `
#define ___GFP_IO 0x40u
#define ___GFP_FS 0x80u
#define __GFP_IO ___GFP_IO
#define __GFP_FS ___GFP_FS
#define __GFP_ZERO 0x100u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_KSWAPD_RECLAIM 0x800u
#define __GFP_NOWARN 0x2000u
#define __GFP_NORETRY 0x10000u
#define __GFP_NOFAIL 0x8000u
#define __GFP_ACCOUNT 0x400000u
#define __GFP_HIGH 0x20u
#define __GFP_NOMEMALLOC 0x80000u
#define GFP_KERNEL (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_NOWAIT (__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)
#define GFP_ATOMIC (__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_NOFS (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM | __GFP_IO)
#define gfpflags_allow_blocking(flags) (((flags) & __GFP_DIRECT_RECLAIM) != 0)
#define SLAB_HWCACHE_ALIGN 0
#define SLAB_PANIC 0
#define SLAB_TYPESAFE_BY_RCU 0
#define SLAB_ACCOUNT 0
#define SLAB_NO_MERGE 0
struct kmem_cache { long __rl_number; };
struct kmem_cache_args {
  unsigned int align, useroffset, usersize, freeptr_offset, sheaf_capacity;
  bool use_freeptr_offset;
  void (*ctor)(void *);
};
struct kmem_cache *__rl_cache_create(const char *name, unsigned long size, void *constructor);
struct kmem_cache *kmem_cache_create(const char *name, unsigned long size, ...);
#define KMEM_CACHE(tag, flags) __rl_cache_create(#tag, sizeof(struct tag), 0)
#define KMEM_CACHE_USERCOPY(tag, flags, field) __rl_cache_create(#tag, sizeof(struct tag), 0)
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags);
void kmem_cache_free(struct kmem_cache *cache, void *object);
#define kmem_cache_alloc_noprof(cache, flags) kmem_cache_alloc(cache, flags)
#define kmem_cache_zalloc(cache, flags) kmem_cache_alloc(cache, (flags) | __GFP_ZERO)
`,
    natives: {
      __rl_cache_create: (machine, [name = 0, size = 0, construct = 0]) =>
        create(machine, name, size, construct),
      // (name, size, align, flags, ctor), or since 6.12 (name, size, args, flags)
      kmem_cache_create: (machine, [name = 0, size = 0, , , construct = 0]) =>
        create(machine, name, size, construct),
      kmem_cache_alloc(machine, [cacheAddress, flags = 0], site) {
        const cache = cachesOf(machine).get(address(cacheAddress));
        if (!cache) return 0;
        const object = host.allocate(cache, (Number(flags) & DIRECT_RECLAIM) !== 0, site);
        if (object === 0) return 0;
        if (Number(flags) & ZERO) machine.memory.fill(object, 0, cache.size);
        if (cache.constructorAddress !== 0) machine.callPointer(cache.constructorAddress, [object]);
        return object;
      },
      kmem_cache_free(machine, [cacheAddress, object], site) {
        host.release(cachesOf(machine).get(address(cacheAddress)) ?? null, address(object), site);
        return 0;
      },
    },
  };
}
