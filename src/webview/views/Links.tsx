/**
 * Who is linked to what: the matrix of VMAs and anon_vmas, with AVCs as its cells in chain order.
 */

import { useMemo } from 'preact/hooks';
import type { ObjectId } from '../../trace/value';
import { hueClass } from '../model/identity';
import { type Cell, type Column, cellText, isOneWay, type Matrix, type Row } from '../model/matrix';
import type { Shown } from '../model/shown';
import { useLit } from '../parts/lit';
import { memo } from '../parts/memo';
import { useRoving } from '../parts/roving';
import { Empty, Section, useAsText } from '../parts/Section';
import { NearestAnonVma } from '../parts/WayOut';
import { useWhenSeen } from '../parts/whenSeen';
import { useMoment, useRun } from '../state/context';
import { NothingShown } from './Filter';

export function Links() {
  const moment = useMoment();
  const { value, sight } = useWhenSeen(() => ({
    all: moment.matrix.value,
    shown: moment.shown.value,
    touched: moment.touched.value,
  }));
  const { all, shown, touched } = value;
  const matrix = useMemo(() => lessOf(all, shown), [all, shown]);
  const asText = useAsText('matrix');
  return (
    <Section id="matrix" title="Who is linked to what" twin="matrix" sight={sight}>
      {all.columns.length === 0 ? (
        <Empty>
          No anon_vma here. A VMA gets its first one when one of its pages is written. <NearestAnonVma />
        </Empty>
      ) : matrix.columns.length === 0 ? (
        <NothingShown />
      ) : asText ? (
        <LinksText matrix={matrix} />
      ) : (
        <LinksPicture matrix={matrix} touched={touched} />
      )}
      <Loose matrix={matrix} />
      {matrix.columns.length === 0 || asText ? null : (
        <p class="caption">
          <span>1, 2, … place of the AVC on the chain</span>
          <span>● the VMA’s own anon_vma</span>
          <span>dashed: linked on one side only</span>
        </p>
      )}
    </Section>
  );
}

/** Only the rows and columns that are shown. */
function lessOf(matrix: Matrix, shown: Shown): Matrix {
  if (shown === null) return matrix;
  const kept = matrix.columns.map(({ id }) => shown.has(id));
  return {
    columns: matrix.columns.filter((_, index) => kept[index]),
    rows: matrix.rows
      .filter(({ id }) => shown.has(id))
      .map((row) => ({ ...row, cells: row.cells.filter((_, index) => kept[index]) })),
    loose: matrix.loose,
  };
}

/** With more columns than this the cells are drawn narrow. */
const MANY = 8;

function LinksPicture({ matrix, touched }: { matrix: Matrix; touched: ReadonlySet<ObjectId> }) {
  const roving = useRoving<HTMLTableElement>();
  return (
    <div class="matrix-scroll">
      <table class={`matrix${matrix.columns.length > MANY ? ' matrix-many' : ''}`} ref={roving}>
        <caption class="hidden">
          VMAs and anon_vmas. Each cell is an AVC, with its place on the chain of the VMA.
        </caption>
        <thead>
          <tr>
            <td />
            {matrix.columns.map((column) => (
              <ColumnHead key={column.id} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map((row) => (
            <MatrixRow key={row.id} row={row} columns={matrix.columns} changed={changedIn(row, touched)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Which AVCs of a row this step touched, as one text. */
function changedIn(row: Row, touched: ReadonlySet<ObjectId>): string {
  return row.cells
    .flatMap((cell) => (cell?.avc && touched.has(cell.avc) ? [String(cell.avc)] : []))
    .join(' ');
}

interface RowProps {
  readonly row: Row;
  readonly columns: readonly Column[];
  readonly changed: string;
}

/** Drawn again only when something in it is different: with sixty of them that is felt. */
const MatrixRow = memo(
  ({ row, columns, changed }: RowProps) => {
    const avcs = new Set(changed.split(' '));
    return (
      <tr>
        <RowHead row={row} />
        {columns.map((column, index) => {
          const cell = row.cells[index] ?? null;
          return cell ? (
            <td key={column.id}>
              <MatrixCell row={row} column={column} cell={cell} changed={avcs.has(String(cell.avc))} />
            </td>
          ) : (
            <td key={column.id} class="cell-none" />
          );
        })}
      </tr>
    );
  },
  (a, b) =>
    a.changed === b.changed &&
    a.row.label === b.row.label &&
    a.row.freed === b.row.freed &&
    a.columns.length === b.columns.length &&
    a.columns.every((column, index) => sameColumn(column, b.columns[index])) &&
    a.row.cells.every((cell, index) => sameCell(cell, b.row.cells[index] ?? null)),
);

function sameColumn(a: Column, b: Column | undefined): boolean {
  return a.id === b?.id && a.label === b.label && a.freed === b.freed;
}

function sameCell(a: Cell | null, b: Cell | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.avc === b.avc &&
    a.place === b.place &&
    a.inTree === b.inTree &&
    a.own === b.own &&
    a.freed === b.freed &&
    a.more === b.more
  );
}

function ColumnHead({ column }: { column: Column }) {
  const { identities } = useRun();
  const lit = useLit(column.id);
  return (
    <th scope="col">
      <button
        type="button"
        class={`column-head pill ${hueClass(identities, column.id)}${column.freed ? ' gone' : ''}${lit}`}
        data-item={`column ${column.id}`}
        data-object={column.id}
        data-select
        tabIndex={-1}
        title={column.freed ? `${column.label}, freed` : undefined}
      >
        {column.label}
      </button>
    </th>
  );
}

/** Of the name of a VMA that surely fits into its place. */
const MOST_LETTERS = 16;

function RowHead({ row }: { row: Row }) {
  const lit = useLit(row.id);
  return (
    <th scope="row">
      <button
        type="button"
        class={`row-head${row.label.length > MOST_LETTERS ? ' long' : ''}${row.freed ? ' gone' : ''}${lit}`}
        data-item={`row ${row.id}`}
        data-object={row.id}
        data-select
        tabIndex={-1}
        title={row.freed ? `${row.label}, freed` : undefined}
      >
        {row.label}
      </button>
    </th>
  );
}

interface CellProps {
  readonly row: Row;
  readonly column: Column;
  readonly cell: Cell;
  readonly changed: boolean;
}

const MatrixCell = memo(({ row, column, cell, changed }: CellProps) => {
  const { identities } = useRun();
  const lit = useLit(cell.avc);
  const classes = [
    'cell',
    hueClass(identities, column.id),
    isOneWay(cell) ? 'cell-half' : '',
    cell.freed ? 'gone' : '',
    changed ? 'changed' : '',
  ];
  const text = cellText(row, column, cell);
  return (
    <button
      type="button"
      class={classes.filter(Boolean).join(' ') + lit}
      data-item={`cell ${row.id} ${column.id}`}
      data-object={cell.avc ?? row.id}
      data-select
      tabIndex={-1}
      aria-label={changed ? `${text}, changed in this step` : text}
    >
      <span>{cell.freed ? '✗' : (cell.place ?? '–')}</span>
      {cell.own ? <span class="own">●</span> : null}
      {cell.more > 0 ? <span>+{cell.more}</span> : null}
    </button>
  );
});

function LinksText({ matrix }: { matrix: Matrix }) {
  return (
    <ul class="twin">
      {matrix.rows.map((row) => {
        const cells = matrix.columns
          .map((column, index) => ({ column, cell: row.cells[index] ?? null }))
          .sort((a, b) => (a.cell?.place ?? 99) - (b.cell?.place ?? 99));
        const linked = cells.filter(({ cell }) => cell !== null);
        return (
          <li key={row.id} data-object={row.id}>
            <b>{row.label}</b>
            {linked.length === 0 ? <span class="dim"> is linked to no anon_vma</span> : null}
            <ul>
              {linked.map(({ column, cell }) =>
                cell ? <li key={column.id}>{cellText(row, column, cell)}</li> : null,
              )}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}

/** AVCs that join nothing yet, or no longer. */
function Loose({ matrix }: { matrix: Matrix }) {
  if (matrix.loose.length === 0) return null;
  return (
    <ul class="loose" aria-label="AVCs outside any chain and tree">
      {matrix.loose.map((avc) => (
        <li key={avc.id}>
          <span class="cell cell-half hue-none" data-object={avc.id}>
            AVC
          </span>
          <span class="dim">{avc.text}</span>
        </li>
      ))}
    </ul>
  );
}
