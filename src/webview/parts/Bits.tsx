/**
 * Small things that appear in many views: links to steps, names of anon_vmas, letters, status marks.
 */
import type { InvariantStatus } from '../../protocol/messages';
import type { StepKind } from '../../trace/step';
import type { ObjectId } from '../../trace/value';
import { stepNumber } from '../model/frame';
import { hueClass } from '../model/identity';
import { useRun, useSession } from '../state/context';
import { Icon, type IconName } from './Icon';

/** Jumps to a step. */
export function StepLink({ step, children, title }: { step: number; children?: string; title?: string }) {
  const session = useSession();
  const text = session.run.value?.steps[step]?.text;
  return (
    <button
      type="button"
      class="link"
      title={title ?? (text === undefined ? 'Go there' : `Go to step ${stepNumber(step)}: ${text}`)}
      onClick={(event) => {
        event.stopPropagation();
        session.moveTo(step);
      }}
    >
      {children ?? `step ${stepNumber(step)}`}
    </button>
  );
}

/** The name of an anon_vma in its colour. */
export function AnonVmaName({ id, label }: { id: ObjectId; label: string }) {
  const { identities } = useRun();
  return <span class={`pill ${hueClass(identities, id)}`}>{label}</span>;
}

export const KIND_WORDS: Readonly<Record<StepKind, string>> = {
  call: 'call',
  return: 'return',
  statement: 'statement',
  alloc: 'allocation',
  free: 'free',
  lock: 'lock taken',
  unlock: 'lock released',
  write: 'write',
  list: 'list changed',
  tree: 'tree changed',
  assert: 'assertion',
};

export const STEP_KINDS = Object.entries(KIND_WORDS) as readonly [StepKind & IconName, string][];

export function KindIcon({ kind, size = 14 }: { kind: StepKind; size?: number }) {
  return (
    <span class={`kind kind-${kind}`} title={KIND_WORDS[kind]}>
      <Icon name={kind} size={size} label={KIND_WORDS[kind]} />
    </span>
  );
}

const STATUS_WORDS: Readonly<Record<InvariantStatus, string>> = {
  holds: 'holds',
  suspended: 'broken, allowed here',
  violated: 'violated',
};

export function StatusIcon({ status, size = 14 }: { status: InvariantStatus; size?: number }) {
  return (
    <span class={`status status-${status}`} title={STATUS_WORDS[status]}>
      <Icon name={status} size={size} label={STATUS_WORDS[status]} />
    </span>
  );
}

/** A letter in a small square: what kind of change, which mode of a lock. */
export function Letter({ letter, title, tone }: { letter: string; title: string; tone: string }) {
  return (
    <span class={`letter tone-${tone}`} title={title} role="img" aria-label={title}>
      {letter}
    </span>
  );
}

/** Text as code. */
export function Code({ children }: { children: string }) {
  return <code>{children}</code>;
}

/** `12,345`. A browser's own way takes a tenth of a millisecond, and a step shows many numbers. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `3 steps`, `1 step`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
