/**
 * The arguments of the operation that is put together, in fields: numbers, rights, names. The axis sets the same.
 */
import { useId, useState } from 'preact/hooks';
import type { BuildView } from '../../protocol/building';
import type { Advice, CallArgument, Operation, Prot } from '../../trace/engine';

interface Props {
  readonly view: BuildView;
  readonly draft: Operation;
  readonly onChange: (operation: Operation) => void;
}

const PROTS: readonly Prot[] = ['none', 'r', 'rw'];
const ADVICES: readonly Advice[] = ['dontfork', 'dofork', 'wipeonfork', 'keeponfork'];

export function Arguments({ view, draft, onChange }: Props) {
  return <div class="build-fields">{fieldsOf(view, draft, onChange)}</div>;
}

function fieldsOf(view: BuildView, draft: Operation, onChange: (operation: Operation) => void) {
  switch (draft.verb) {
    case 'mmap':
      return (
        <>
          <PageField label="Address" value={draft.addr} onChange={(addr) => onChange({ ...draft, addr })} />
          <PageField label="Pages" value={draft.len} plain onChange={(len) => onChange({ ...draft, len })} />
          <Choice
            label="Rights"
            of={PROTS}
            value={draft.prot}
            onChange={(prot) => onChange({ ...draft, prot })}
          />
          <NameField
            label="File"
            value={draft.file?.name ?? ''}
            hint="anonymous"
            onChange={(name) =>
              onChange({ ...draft, file: name === '' ? null : { name, pgoff: draft.file?.pgoff ?? 0 } })
            }
          />
          {draft.file ? (
            <PageField
              label="From its page"
              value={draft.file.pgoff}
              plain
              onChange={(pgoff) => onChange({ ...draft, file: draft.file && { ...draft.file, pgoff } })}
            />
          ) : null}
        </>
      );
    case 'munmap':
    case 'mprotect':
    case 'madvise':
      return (
        <>
          <PageField label="Address" value={draft.addr} onChange={(addr) => onChange({ ...draft, addr })} />
          <PageField label="Pages" value={draft.len} plain onChange={(len) => onChange({ ...draft, len })} />
          {draft.verb === 'mprotect' ? (
            <Choice
              label="Rights"
              of={PROTS}
              value={draft.prot}
              onChange={(prot) => onChange({ ...draft, prot })}
            />
          ) : null}
          {draft.verb === 'madvise' ? (
            <Choice
              label="Advice"
              of={ADVICES}
              value={draft.advice}
              onChange={(advice) => onChange({ ...draft, advice })}
            />
          ) : null}
        </>
      );
    case 'mremap':
      return (
        <>
          <PageField label="From" value={draft.old} onChange={(old) => onChange({ ...draft, old })} />
          <PageField label="Pages" value={draft.len} plain onChange={(len) => onChange({ ...draft, len })} />
          <PageField label="To" value={draft.new} onChange={(to) => onChange({ ...draft, new: to })} />
          <label class="check">
            <input
              type="checkbox"
              checked={draft.dontunmap}
              onChange={(event) => onChange({ ...draft, dontunmap: event.currentTarget.checked })}
            />
            <span>leave the old place mapped (dontunmap)</span>
          </label>
        </>
      );
    case 'read':
    case 'write':
    case 'walk':
      return <PageField label="Page" value={draft.page} onChange={(page) => onChange({ ...draft, page })} />;
    case 'fork':
      return (
        <NameField label="Child" value={draft.child} onChange={(child) => onChange({ ...draft, child })} />
      );
    case 'exit':
      return <p class="dim">It takes no arguments.</p>;
    case 'call':
      return <CallFields view={view} draft={draft} onChange={onChange} />;
  }
}

function CallFields({
  view,
  draft,
  onChange,
}: {
  view: BuildView;
  draft: Extract<Operation, { verb: 'call' }>;
  onChange: (operation: Operation) => void;
}) {
  const usage = view.functions.find(({ name }) => name === draft.function)?.usage ?? '';
  const vma = view.processes.find(({ name }) => name === draft.process)?.vmas.at(-1)?.start ?? 0;
  return (
    <>
      <Choice
        label="Function"
        of={view.functions.map(({ name }) => name)}
        value={draft.function}
        onChange={(name) => {
          const next = view.functions.find((known) => known.name === name)?.usage ?? '';
          onChange({ ...draft, function: name, args: argumentsFor(next, vma) });
        }}
      />
      <NameField
        label="Arguments"
        value={draft.args.map(argumentText).join(', ')}
        hint={usage}
        long
        onChange={(text) => onChange({ ...draft, args: argumentsOf(text) })}
      />
    </>
  );
}

/** Arguments to begin with: `new` for what is written to, a VMA of the process for the rest. */
function argumentsFor(usage: string, vma: number): CallArgument[] {
  const names = /\((.*)\)/.exec(usage)?.[1]?.split(',') ?? [];
  return names.map((name, at): CallArgument => {
    const wanted = name.trim();
    if (wanted === 'OPERATION') return { type: 'name', name: 'VMA_OP_SPLIT' };
    if (wanted === 'ADDRESS') return { type: 'page', page: vma + 1 };
    if (at === 0 && names.length > 1 && wanted === 'DST') return { type: 'name', name: 'new' };
    return { type: 'page', page: vma };
  });
}

function argumentText(argument: CallArgument): string {
  return argument.type === 'page' ? `0x${argument.page.toString(16)}` : argument.name;
}

function argumentsOf(text: string): CallArgument[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): CallArgument => {
      const page = pageOf(part);
      return page === null ? { type: 'name', name: part } : { type: 'page', page };
    });
}

/** Decimal or 0x hex; null for anything else. */
export function pageOf(text: string): number | null {
  const trimmed = text.trim();
  if (!/^(0x[0-9a-f]+|[0-9]+)$/i.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isSafeInteger(value) ? value : null;
}

interface PageFieldProps {
  readonly label: string;
  readonly value: number;
  /** In decimal. */
  readonly plain?: boolean;
  readonly onChange: (value: number) => void;
}

function PageField({ label, value, plain = false, onChange }: PageFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed !== null && pageOf(typed) === null;
  return (
    <span class="build-field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        class={plain ? 'build-short' : 'build-page'}
        spellcheck={false}
        value={typed ?? (plain ? String(value) : `0x${value.toString(16)}`)}
        aria-invalid={wrong}
        aria-describedby={wrong ? `${id}-wrong` : undefined}
        onInput={(event) => {
          const text = event.currentTarget.value;
          const page = pageOf(text);
          setTyped(text);
          if (page !== null) onChange(page);
        }}
        onBlur={() => setTyped(null)}
      />
      {wrong ? (
        <span id={`${id}-wrong`} class="build-wrong" role="alert">
          Write a number, decimal or 0x hex.
        </span>
      ) : null}
    </span>
  );
}

interface NameFieldProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly long?: boolean;
  readonly onChange: (value: string) => void;
}

function NameField({ label, value, hint, long = false, onChange }: NameFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <span class={`build-field${long ? ' build-long' : ''}`}>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        spellcheck={false}
        placeholder={hint}
        title={hint}
        value={typed ?? value}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          onChange(event.currentTarget.value.trim());
        }}
        onBlur={() => setTyped(null)}
      />
    </span>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly of: readonly T[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ label, of, value, onChange }: ChoiceProps<T>) {
  const id = useId();
  return (
    <span class="build-field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = of.find((one) => one === event.currentTarget.value);
          if (chosen !== undefined) onChange(chosen);
        }}
      >
        {of.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </span>
  );
}
