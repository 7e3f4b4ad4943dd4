/**
 * What the operation would do, the allocations that can be made to fail in it, and what to do with it.
 */
import type { BuildView, Preview } from '../../protocol/building';
import type { AllocationChoice } from '../../trace/allocations';
import { sameFault } from '../../trace/allocations';
import type { AllocationFault } from '../../trace/engine';
import { counted } from '../parts/Bits';
import { Icon } from '../parts/Icon';
import { useBuilding, useSession } from '../state/context';
import { Do } from './Do';

export function Outcome({ view, preview }: { view: BuildView; preview: Preview }) {
  const building = useBuilding();
  return (
    <div class={`outcome${building.upToDate.value ? '' : ' outcome-old'}`}>
      <p class="outcome-text">
        <code>{preview.text}</code>
      </p>
      <p class={`outcome-result outcome-${preview.status}`} aria-live="polite">
        <Icon name={preview.status === 'ok' ? 'holds' : 'warning'} size={14} title={preview.status} />
        <span>{resultText(preview)}</span>
      </p>
      {preview.changes.length === 0 ? null : (
        <ul class="outcome-changes" aria-label="What it changes">
          {preview.changes.map((change) => (
            <li key={change}>
              <code>{change}</code>
            </li>
          ))}
        </ul>
      )}
      <Allocations preview={preview} />
      <Actions view={view} preview={preview} />
    </div>
  );
}

function resultText({ status, errno, obstacle, steps, changes, visits }: Preview): string {
  if (obstacle) return `${obstacle.errno ?? 'It cannot be written'}: ${obstacle.reason}.`;
  if (status === 'error') return `It fails with ${errno ?? 'an error'} after ${counted(steps, 'step')}.`;
  const walked = visits === null ? '' : ` It visits ${visits.map(({ vma }) => vma).join(', ') || 'nothing'}.`;
  const nothing = changes.length === 0 && visits === null ? ' It changes nothing.' : '';
  return `It goes through, in ${counted(steps, 'step')}.${walked}${nothing}`;
}

function Allocations({ preview }: { preview: Preview }) {
  const { allocations, operation } = preview;
  const unreached = operation.faults.filter(
    (fault) => !allocations.some(({ kind, nth }) => kind === fault.kind && nth === fault.nth),
  );
  if (allocations.length === 0 && unreached.length === 0)
    return <p class="dim">It allocates nothing, so no allocation can fail.</p>;
  return (
    <fieldset class="allocations">
      <legend>What if an allocation fails?</legend>
      {allocations.flatMap((choice) => [
        <Fault key={`${choice.kind}:${choice.nth}`} choice={choice} nowait={false} preview={preview} />,
        ...(choice.nowait
          ? [<Fault key={`${choice.kind}:${choice.nth}/nowait`} choice={choice} nowait preview={preview} />]
          : []),
      ])}
      {unreached.map(({ kind, nth }) => (
        <p key={`${kind}:${nth}`} class="dim">
          {kind}:{nth} is never reached: it is no error, and does nothing.
        </p>
      ))}
    </fieldset>
  );
}

function Fault({ choice, nowait, preview }: { choice: AllocationChoice; nowait: boolean; preview: Preview }) {
  const building = useBuilding();
  const fault: AllocationFault = { kind: choice.kind, nth: choice.nth, nowait };
  // what was chosen shows at once, not when the host has run it
  const { faults } = building.draft.value ?? preview.operation;
  const where = `${choice.caller === null ? '' : `${choice.caller}() → `}${choice.function}()`;
  return (
    <label class="check allocation" title={choice.text}>
      <input
        type="checkbox"
        checked={faults.some((known) => sameFault(known, fault))}
        onChange={() => building.toggleFault(fault)}
      />
      <span>
        <code>
          {choice.kind}:{choice.nth}
          {nowait ? '/nowait' : ''}
        </code>{' '}
        <span class="dim">
          {where}
          {nowait ? ', only the first try, which may not sleep' : ''}
        </span>
      </span>
    </label>
  );
}

function Actions({ view, preview }: { view: BuildView; preview: Preview }) {
  const building = useBuilding();
  const session = useSession();
  const target = building.target.value;
  const { obstacle } = preview;
  const unwritable =
    obstacle !== null && obstacle.errno === null ? `It cannot be written: ${obstacle.reason}.` : null;
  const index = target.kind === 'replace' ? target.index : view.after + 1;
  const there = view.lines.find(({ operation }) => operation === index);
  const same = target.kind === 'replace' && sameOperation(there?.value, preview);
  const stale = session.run.value?.data.trace.operations[index]?.text;
  const noBranch =
    unwritable ?? (same ? 'It is what happens already: change something, or let an allocation fail.' : null);
  return (
    <>
      <div class="build-actions">
        {target.kind === 'replace' ? (
          <Do
            primary
            label={`Change operation ${index + 1}`}
            hint="Write it in the place of the old one"
            why={unwritable ?? (same ? 'Nothing has been changed in it yet.' : null)}
            onClick={() => building.write()}
          />
        ) : (
          <Do
            primary
            label={view.after < 0 ? 'Add at the beginning' : `Add behind operation ${view.after + 1}`}
            hint="Write it into the scenario, and run it"
            why={unwritable}
            onClick={() => building.write()}
          />
        )}
        <Do
          label="Try as a branch"
          hint={
            stale === undefined
              ? 'Run it at the end beside this run, and compare the two'
              : `Run it instead of operation ${index + 1} beside this run, and compare the two`
          }
          why={noBranch}
          onClick={() => building.branch()}
        />
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={building.rest.value}
          onChange={(event) => {
            building.rest.value = event.currentTarget.checked;
          }}
        />
        <span>in a branch, the operations after it follow</span>
      </label>
    </>
  );
}

function sameOperation(value: unknown, preview: Preview): boolean {
  return JSON.stringify(sorted(value)) === JSON.stringify(sorted(preview.operation));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, part]) => [key, sorted(part)]);
}
