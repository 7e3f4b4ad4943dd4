/**
 * Sends the run on show elsewhere: as a picture, as text for a mail, as Markdown, as JSON.
 */
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { PictureFormat, TextFormat } from '../../protocol/building';
import { stepNumber } from '../model/frame';
import { Icon } from '../parts/Icon';
import { Popover } from '../parts/Popover';
import { useBuilding, useSession } from '../state/context';
import type { Session } from '../state/session';
import { drawState } from './drawing';
import { pngOf, themePalette } from './paint';
import { svgOf } from './svg';

const TEXTS: readonly { readonly what: TextFormat; readonly title: string; readonly hint: string }[] = [
  { what: 'mail', title: 'Plain text', hint: 'for a mail: 75 columns, drawn in ASCII' },
  { what: 'markdown', title: 'Markdown', hint: 'with drawing and scenario' },
  { what: 'json', title: 'JSON', hint: 'as rmap-lens run --format json prints it' },
  { what: 'scenario', title: 'Scenario', hint: 'the .rmap text' },
];

export function ExportButton() {
  const session = useSession();
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  useWantedPictures(session);
  return (
    <span class="export-place">
      <button
        type="button"
        class="text-button"
        title="Export this run: picture, text for a mail, Markdown, JSON"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="share" size={14} />
        <span>Export</span>
      </button>
      {open ? (
        <Popover label="Export" class="export" onClose={close}>
          <Choices session={session} onDone={close} />
        </Popover>
      ) : null}
    </span>
  );
}

function Choices({ session, onDone }: { session: Session; onDone: () => void }) {
  const text = (type: 'copyText' | 'saveText', what: TextFormat) => {
    session.post({ type, what });
    onDone();
  };
  const picture = (format: PictureFormat) => {
    void sendPicture(session, format);
    onDone();
  };
  return (
    <>
      <h2>Picture of this step</h2>
      <div class="export-row">
        <button type="button" class="button" data-first onClick={() => picture('svg')}>
          SVG…
        </button>
        <button type="button" class="button" onClick={() => picture('png')}>
          PNG…
        </button>
      </div>
      <h2>The run as text</h2>
      <ul>
        {TEXTS.map(({ what, title, hint }) => (
          <li key={what} class="export-row">
            <span class="export-what">
              <b>{title}</b>
              <span class="dim">{hint}</span>
            </span>
            <button
              type="button"
              class="button"
              aria-label={`Copy as ${title}`}
              onClick={() => text('copyText', what)}
            >
              Copy
            </button>
            <button
              type="button"
              class="button"
              aria-label={`Save as ${title}`}
              onClick={() => text('saveText', what)}
            >
              Save…
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Pictures that a command asks for. */
function useWantedPictures(session: Session): void {
  const building = useBuilding();
  const wanted = building.picture.value;
  useEffect(() => {
    if (wanted === null) return;
    building.picture.value = null;
    void sendPicture(session, wanted);
  }, [wanted, building, session]);
}

async function sendPicture(session: Session, format: PictureFormat): Promise<void> {
  try {
    const drawing = drawingOf(session);
    if (!drawing) return;
    const palette = themePalette();
    const data = format === 'svg' ? svgOf(drawing, palette) : await pngOf(drawing, palette);
    session.post({ type: 'picture', format, data });
  } catch (error) {
    session.fail('The picture cannot be drawn. Export it as SVG, or as text.', error);
  }
}

function drawingOf(session: Session) {
  const run = session.run.peek();
  const frame = session.now.frame.peek();
  if (!run || !frame) return null;
  const { trace, profile } = run.data;
  const operation = frame.operation;
  const where = `${profile.title}, step ${stepNumber(frame.position)} of ${trace.steps.length}${operation ? `, ${operation.text}` : ''}`;
  return drawState({
    title: trace.title === '' ? 'Scenario' : trace.title,
    where,
    what: frame.step ? `${frame.step.function}(): ${frame.step.text}` : 'before the first step',
    axis: run.axis,
    lanes: session.now.lanes.peek(),
    matrix: session.now.matrix.peek(),
    family: session.now.family.peek(),
    identities: run.identities,
  });
}
