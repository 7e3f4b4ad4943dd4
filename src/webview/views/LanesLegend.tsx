/**
 * What the marks of the address spaces mean.
 */
import { useCallback, useState } from 'preact/hooks';
import { Icon } from '../parts/Icon';
import { Popover } from '../parts/Popover';

const MARKS: readonly { readonly sample: string; readonly text: string; readonly means: string }[] = [
  {
    sample: 'pte pte-folio hue-0 pte-exclusive',
    text: 'F0',
    means: 'folio, exclusive to one process (corner), writable',
  },
  { sample: 'pte pte-folio hue-0 pte-protected', text: 'F0', means: 'folio, write-protected (bar below)' },
  { sample: 'pte pte-zero pte-protected', text: '0', means: 'the zero page' },
  { sample: 'pte pte-cache pte-protected', text: '3', means: 'page 3 of a file, in the page cache' },
  { sample: 'mark-vma', text: 'rw', means: 'VMA, in the colour of its anon_vma' },
  { sample: 'mark-vma vma-file', text: 'rw', means: 'private mapping of a file' },
  { sample: 'mark-vma vma-detached', text: 'rw', means: 'not in the VMA tree: half-built or on its way out' },
  { sample: 'mark-text', text: '⋯', means: 'pages that are never mapped, drawn short' },
];

export function LanesLegend() {
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  return (
    <span class="legend">
      <button
        type="button"
        class="icon-button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label="What the marks mean"
        title="What the marks mean"
        onClick={() => setOpen(!open)}
      >
        <Icon name="help" size={14} />
      </button>
      {open ? (
        <Popover label="What the marks mean" class="legend-panel" onClose={close}>
          <ul data-first tabIndex={-1}>
            {MARKS.map(({ sample, text, means }) => (
              <li key={means}>
                <span class="legend-mark" aria-hidden="true">
                  <span class={sample}>
                    <span>{text}</span>
                  </span>
                </span>
                <span>{means}</span>
              </li>
            ))}
          </ul>
        </Popover>
      ) : null}
    </span>
  );
}
