/**
 * The controls of the timeline. A button that cannot do anything says why.
 */
import { useEffect, useState } from 'preact/hooks';
import { stepNumber } from '../model/frame';
import { MOVES, type Move } from '../model/moves';
import { nextViolation } from '../model/navigation';
import { grouped } from '../parts/Bits';
import { Icon } from '../parts/Icon';
import { useExplorer, useSession } from '../state/context';
import { SPEEDS } from '../state/player';
import type { RunModel } from '../state/runModel';
import { nextChange, targetName } from '../state/selection';

interface Props {
  /** The panel that is open. */
  readonly panel: 'find' | 'help' | null;
  readonly onFind: () => void;
  readonly onHelp: () => void;
}

export function Controls({ panel, onFind, onHelp }: Props) {
  const session = useSession();
  const run = session.run.value;
  return (
    <div class="controls">
      {run ? <FoldSwitch /> : null}
      {run ? <Transport run={run} /> : null}
      {run ? <StepInput run={run} /> : null}
      {run ? <Jumps run={run} /> : null}
      <span class="spring" />
      {run ? <Play /> : null}
      <button
        type="button"
        class="icon-button"
        aria-label="Find a step"
        title={run ? 'Find a step ( / )' : 'Find a step: there is no run yet'}
        aria-disabled={!run}
        aria-description={run ? undefined : 'there is no run yet: choose a scenario above'}
        aria-haspopup="dialog"
        aria-expanded={panel === 'find'}
        onClick={onFind}
      >
        <Icon name="search" />
      </button>
      <TextSwitch />
      <button
        type="button"
        class="icon-button"
        aria-label="Keys"
        title="Keys ( ? )"
        aria-haspopup="dialog"
        aria-expanded={panel === 'help'}
        onClick={onHelp}
      >
        <Icon name="help" />
      </button>
    </div>
  );
}

function Go({ run, move, end }: { run: RunModel; move: Move; end: string }) {
  const { session, player } = useExplorer();
  const { id, label, keys } = move;
  const to = move.to(run.data.trace, session.position.value);
  const why = run.steps.length === 0 ? 'there are no steps' : end;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      aria-disabled={to === null}
      aria-description={to === null ? why : undefined}
      title={to === null ? `${label}: ${why}` : `${label} (${keys})`}
      onClick={() => {
        player.stop();
        if (to !== null) session.moveTo(to);
      }}
    >
      <Icon name={id} />
    </button>
  );
}

function Transport({ run }: { run: RunModel }) {
  const { player } = useExplorer();
  const playing = player.playing.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of buttons, not of form fields
    <div class="transport" role="group" aria-label="Move through the run">
      {MOVES.back.map((move) => (
        <Go key={move.id} run={run} move={move} end="this is the start" />
      ))}
      <button
        type="button"
        class="icon-button play"
        aria-label={playing ? 'Pause' : 'Play'}
        title={`${playing ? 'Pause' : 'Play'} (Space)`}
        onClick={() => player.toggle()}
      >
        <Icon name={playing ? 'pause' : 'play'} />
      </button>
      {MOVES.forward.map((move) => (
        <Go key={move.id} run={run} move={move} end="this is the last step" />
      ))}
    </div>
  );
}

/** "step n of m", where n can be typed. */
function StepInput({ run }: { run: RunModel }) {
  const session = useSession();
  const position = session.position.value;
  const [text, setText] = useState(String(stepNumber(position)));
  useEffect(() => setText(String(stepNumber(position))), [position]);
  const total = run.steps.length;
  const go = () => {
    const wanted = Number.parseInt(text, 10);
    if (Number.isNaN(wanted)) setText(String(stepNumber(position)));
    else session.moveTo(wanted - 1);
  };
  return (
    <label class="step-input" style={{ '--digits': String(Math.max(2, String(total).length)) }}>
      <span>step</span>
      <input
        type="text"
        inputMode="numeric"
        value={text}
        aria-label={`Step, of ${total}`}
        title="Type the number of a step"
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={go}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go();
          else if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <span>of {grouped(total)}</span>
    </label>
  );
}

function Jumps({ run }: { run: RunModel }) {
  const { session, player } = useExplorer();
  const at = session.position.value;
  const target = session.target.value;
  const frame = session.now.frame.value;
  const violation = nextViolation(run.data.violations, at);
  const change = nextChange(run, target, at);
  const name = target && frame && targetName(frame, target);
  const none = run.data.violations.length === 0 ? 'nothing is violated in this run' : 'none after this step';
  const whyChange = name ? `nothing changes ${name} after this step` : 'select an object or a field first';
  const go = (to: number | null) => {
    player.stop();
    if (to !== null) session.moveTo(to);
  };
  return (
    <div class="jumps">
      <button
        type="button"
        class="link jump"
        aria-label="next violation"
        aria-disabled={violation === null}
        aria-description={violation === null ? none : undefined}
        title={violation === null ? `Next violation: ${none}` : 'Next violation (v)'}
        onClick={() => go(violation)}
      >
        <Icon name="violated" size={12} />
        <span class="jump-text">next violation</span>
      </button>
      <button
        type="button"
        class="link jump next-change"
        aria-label={name ? `next change of ${name}` : 'next change'}
        aria-disabled={change === null}
        aria-description={change === null ? whyChange : undefined}
        title={change === null ? `Next change: ${whyChange}` : 'Next change of what is selected (c)'}
        onClick={() => go(change)}
      >
        <Icon name="write" size={12} />
        <span class="jump-text">
          next change
          {name ? (
            <>
              {' '}
              of <code>{name}</code>
            </>
          ) : null}
        </span>
      </button>
    </div>
  );
}

function Play() {
  const session = useSession();
  const { speed } = session.settings.value;
  return (
    <label class="picker speed">
      <span class="hidden">Steps per second while playing</span>
      <select
        title="Steps per second while playing"
        value={String(speed)}
        onChange={(event) => session.save({ speed: Number(event.currentTarget.value) })}
      >
        {SPEEDS.map((value) => (
          <option key={value} value={String(value)}>
            {value === 0.5 ? '½' : value} / s
          </option>
        ))}
      </select>
    </label>
  );
}

function TextSwitch() {
  const session = useSession();
  const asText = session.settings.value.asText.includes('timeline');
  return (
    <button
      type="button"
      class="icon-button"
      aria-pressed={asText}
      aria-label="Timeline as text"
      title={asText ? 'Show the timeline as a picture' : 'Show the timeline as text'}
      onClick={() => session.toggleText('timeline')}
    >
      <Icon name={asText ? 'picture' : 'text'} size={14} />
    </button>
  );
}

function FoldSwitch() {
  const session = useSession();
  const folded = session.isFolded('timeline');
  return (
    <button
      type="button"
      class="icon-button"
      aria-expanded={!folded}
      aria-label="Timeline"
      title={folded ? 'Show the timeline' : 'Fold the timeline'}
      onClick={() => session.toggleFolded('timeline')}
    >
      <Icon name={folded ? 'chevronRight' : 'chevronDown'} size={14} />
    </button>
  );
}
