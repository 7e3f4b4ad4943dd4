/**
 * Which two runs are compared.
 */
import { useId } from 'preact/hooks';
import type { ComparableInfo } from '../../protocol/building';
import { useBuilding } from '../state/context';

export function RunChoice() {
  const building = useBuilding();
  const pair = building.chosen.value;
  const a = pair?.a ?? 'current';
  const b = pair?.b ?? '';
  return (
    <div class="compare-choice">
      <Choice label="A" value={a} onChange={(id) => building.compare(id, b || a)} />
      <Choice label="B" value={b} onChange={(id) => building.compare(a, id)} />
      <button
        type="button"
        class="button"
        title={pair ? 'Exchange A and B' : 'Choose what to compare with first'}
        aria-disabled={!pair}
        aria-description={pair ? undefined : 'choose what to compare with first'}
        onClick={() => pair && building.compare(b, a)}
      >
        ⇄<span class="hidden"> Exchange A and B</span>
      </button>
    </div>
  );
}

function Choice({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (id: string) => void;
}) {
  const runs = useBuilding().comparable.value;
  const id = useId();
  const groups = [...new Set(runs.map(({ group }) => group))];
  return (
    <span class="build-field compare-field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {value === '' ? (
          <option value="" disabled>
            choose a run
          </option>
        ) : null}
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {runs
              .filter((run: ComparableInfo) => run.group === group)
              .map((run: ComparableInfo) => (
                <option key={run.id} value={run.id}>
                  {run.name}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </span>
  );
}
