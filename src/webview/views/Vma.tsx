/**
 * One VMA as a bar, one page table entry as a square.
 */

import type { ObjectId } from '../../trace/value';
import { hueClass } from '../model/identity';
import { type Mapped, type PteSquare, pteText, type VmaBar, vmaText } from '../model/lanes';
import { useLit, useLitField } from '../parts/lit';
import { memo } from '../parts/memo';
import { useRun } from '../state/context';

/** Widths in pixels below which a bar shows less. */
const WIDTHS = [210, 150, 126, 62, 30];

interface VmaProps {
  readonly bar: VmaBar;
  /** Fractions of the axis. */
  readonly x: number;
  readonly end: number;
  /** Width of the axis, in pixels; 0 before it is known. */
  readonly width: number;
}

export const Vma = memo(({ bar, x, end, width }: VmaProps) => {
  const { identities } = useRun();
  const lit = useLit(bar.id);
  const classes = [
    'vma',
    `row-${Math.min(bar.row, 5)}`,
    hueClass(identities, bar.anonVma),
    bar.attached ? '' : 'vma-detached',
    bar.file ? 'vma-file' : '',
    bar.prot === 'none' ? 'vma-none' : '',
    ...WIDTHS.filter((least) => width > 0 && (end - x) * width < least).map((least) => `under-${least}`),
  ];
  return (
    <button
      type="button"
      class={classes.filter(Boolean).join(' ') + lit}
      style={{ left: `${x * 100}%`, width: `${(end - x) * 100}%` }}
      data-item={`vma ${bar.id}`}
      data-object={bar.id}
      data-select
      tabIndex={-1}
      aria-description={vmaText(bar)}
    >
      <span class="vma-head">
        <span class="vma-range">
          {bar.start}–{bar.end}
        </span>
        <span class="vma-prot">{bar.prot === 'none' ? '––' : bar.prot}</span>
        {bar.file ? (
          <span class="vma-tag">
            {bar.file.name}:{bar.file.pgoff}
          </span>
        ) : null}
        {bar.flags.map((flag) => (
          <span key={flag} class="vma-tag">
            {flag}
          </span>
        ))}
        {bar.attached ? null : <span class="vma-tag">detached</span>}
        {bar.anonVmaLabel === null ? (
          <span class="vma-none-yet">no anon_vma</span>
        ) : (
          <span class="pill vma-anon">{bar.anonVmaLabel}</span>
        )}
      </span>
    </button>
  );
});

/** Letters that fit into a square; its label has the rest. */
const MOST_LETTERS = 4;

interface SquareProps {
  readonly mm: ObjectId;
  readonly square: PteSquare;
  readonly x: number;
  readonly end: number;
}

export const Square = memo(({ mm, square, x, end }: SquareProps) => {
  const { identities } = useRun();
  const { mapped, field, writable } = square;
  const folio = mapped.type === 'folio' ? mapped.id : null;
  const lit = useLit(folio);
  const litField = useLitField(mm, field);
  const classes = [
    'pte',
    `row-${Math.min(square.row, 5)}`,
    `pte-${mapped.type}`,
    hueClass(identities, mapped.type === 'folio' ? mapped.anonVma : null),
    writable ? '' : 'pte-protected',
    mapped.type === 'folio' && mapped.exclusive ? 'pte-exclusive' : '',
    mapped.type === 'folio' && mapped.freed ? 'pte-freed' : '',
  ];
  return (
    <button
      type="button"
      class={classes.filter(Boolean).join(' ') + (lit || litField)}
      style={{ left: `${((x + end) / 2) * 100}%` }}
      data-item={`pte ${mm} ${square.page}`}
      data-object={folio ?? mm}
      data-field={folio === null ? field : undefined}
      data-select
      tabIndex={-1}
      aria-label={pteText(square)}
    >
      <span>{shortName(mapped).slice(0, MOST_LETTERS)}</span>
    </button>
  );
});

function shortName(mapped: Mapped): string {
  switch (mapped.type) {
    case 'zero':
      return '0';
    case 'cache':
      return mapped.text.split(':').at(-1) ?? '';
    case 'folio':
      return mapped.label;
  }
}
