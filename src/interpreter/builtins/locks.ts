/**
 * linux/rwsem.h, spinlock.h, mutex.h, rcupdate.h, seqlock.h: locks of one thread. A lock is one word: 0 free, -1 held for writing, n held
 * by n readers; who owns what is the host's to check.
 */
import type { Memory } from '../memory';
import { address, type BuiltinHeader, type KernelHost, type Native } from './host';

type Mode = 'read' | 'write';

function acquire(host: KernelHost, memory: Memory, at: number, mode: Mode): void {
  const word = memory.i32(at);
  host.lock('acquire', mode, at);
  memory.setU32(at, (mode === 'write' ? -1 : word + 1) >>> 0);
}

function release(host: KernelHost, memory: Memory, at: number, mode: Mode): void {
  const word = memory.i32(at);
  host.lock('release', mode, at);
  memory.setU32(at, (mode === 'write' ? 0 : word - 1) >>> 0);
}

function locking(host: KernelHost, change: typeof acquire, mode: Mode): Native {
  return ({ memory }, [lock]) => {
    change(host, memory, address(lock), mode);
    return 0;
  };
}

/** Takes the lock if it is free for the mode. */
function trying(host: KernelHost, mode: Mode): Native {
  return ({ memory }, [lock]) => {
    const at = address(lock);
    const word = memory.i32(at);
    if (mode === 'write' ? word !== 0 : word < 0) {
      host.lock('contended', mode, at);
      return 0;
    }
    acquire(host, memory, at, mode);
    return 1;
  };
}

const clear: Native = ({ memory }, [lock]) => {
  memory.setU32(address(lock), 0);
  return 0;
};

const isLocked: Native = ({ memory }, [lock]) => (memory.i32(address(lock)) === 0 ? 0 : 1);

export function rwsem(host: KernelHost): BuiltinHeader {
  return {
    header: 'include/linux/rwsem.h',
    doc: 'read/write semaphores',
    c: `
struct rw_semaphore { int __rl_word; };
void init_rwsem(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void down_read(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
int down_read_trylock(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);
int rwsem_is_locked(struct rw_semaphore *sem);
void downgrade_write(struct rw_semaphore *sem);
#define down_write_killable(sem) (down_write(sem), 0)
#define down_read_killable(sem) (down_read(sem), 0)
#define down_write_nest_lock(sem, outer) down_write(sem)
#define down_write_nested(sem, subclass) down_write(sem)
#define down_read_nested(sem, subclass) down_read(sem)
#define rwsem_assert_held(sem) __rl_warn("rwsem_assert_held", #sem, !rwsem_is_locked(sem))
#define rwsem_assert_held_write(sem) __rl_warn("rwsem_assert_held_write", #sem, (sem)->__rl_word != -1)
#define lockdep_assert_held(lock) __rl_warn("lockdep_assert_held", #lock, !(lock)->__rl_word)
#define lockdep_assert_held_write(lock) __rl_warn("lockdep_assert_held_write", #lock, (lock)->__rl_word != -1)
#define lockdep_is_held(lock) ((lock)->__rl_word != 0)
#define lockdep_init_map(...) ((void)0)
`,
    natives: {
      init_rwsem: clear,
      down_write: locking(host, acquire, 'write'),
      up_write: locking(host, release, 'write'),
      down_read: locking(host, acquire, 'read'),
      up_read: locking(host, release, 'read'),
      down_read_trylock: trying(host, 'read'),
      down_write_trylock: trying(host, 'write'),
      rwsem_is_locked: isLocked,
      downgrade_write({ memory }, [lock]) {
        release(host, memory, address(lock), 'write');
        acquire(host, memory, address(lock), 'read');
        return 0;
      },
    },
  };
}

export function spinlock(host: KernelHost): BuiltinHeader {
  return {
    header: 'include/linux/spinlock.h',
    doc: 'spinlocks, mutexes, sequence counts',
    c: `
typedef struct spinlock { int __rl_word; } spinlock_t;
typedef struct spinlock rwlock_t;
struct mutex { int __rl_word; };
struct lockdep_map { int __rl_word; };
struct lock_class_key { int __rl_word; };
typedef struct seqcount { unsigned int sequence; } seqcount_t;
typedef struct seqlock { seqcount_t seqcount; spinlock_t lock; } seqlock_t;
void spin_lock_init(spinlock_t *lock);
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
void mutex_lock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
int mutex_is_locked(struct mutex *lock);
#define spin_lock_nested(lock, subclass) spin_lock(lock)
#define spin_lock_irq(lock) spin_lock(lock)
#define spin_unlock_irq(lock) spin_unlock(lock)
#define mutex_init(lock) ((lock)->__rl_word = 0)
#define seqcount_init(s) ((s)->sequence = 0)
`,
    natives: {
      spin_lock_init: clear,
      spin_lock: locking(host, acquire, 'write'),
      spin_unlock: locking(host, release, 'write'),
      mutex_lock: locking(host, acquire, 'write'),
      mutex_unlock: locking(host, release, 'write'),
      mutex_is_locked: isLocked,
    },
  };
}

export const rcu: BuiltinHeader = {
  header: 'include/linux/rcupdate.h',
  doc: 'RCU: with one thread a grace period is over at once',
  c: `
#define rcu_read_lock() ((void)0)
#define rcu_read_unlock() ((void)0)
#define synchronize_rcu() ((void)0)
#define call_rcu(head, function) ((function)(head))
#define rcu_barrier() ((void)0)
#define rcu_read_lock_held() 1
`,
  natives: {},
};
