/**
 * A dock: its tabs, when there is more than one, and the panel that is open.
 */
import { Icon } from '../parts/Icon';
import { useRoving } from '../parts/roving';
import { useSession } from '../state/context';
import type { Dock, Panel } from './panel';

interface TabsProps {
  readonly dock: Dock;
  readonly label: string;
  readonly panels: readonly Panel[];
  readonly open: Panel;
}

const tabId = (dock: Dock, panel: Panel) => `tab-${dock}-${panel.id}`;
const panelId = (dock: Dock) => `panel-${dock}`;

/** One tab stop; arrows move from tab to tab, and what they come to is shown. */
export function Tabs({ dock, label, panels, open }: TabsProps) {
  const session = useSession();
  const roving = useRoving<HTMLDivElement>('horizontal', open.id);
  const running = session.run.value !== null;
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={roving}>
      {panels.map((panel) => {
        const possible = running || panel.withoutRun === true;
        const why = 'choose a scenario first';
        return (
          <button
            key={panel.id}
            type="button"
            role="tab"
            id={tabId(dock, panel)}
            class="tab"
            data-item={panel.id}
            tabIndex={-1}
            aria-selected={panel === open}
            aria-controls={panel === open ? panelId(dock) : undefined}
            aria-disabled={!possible}
            aria-description={possible ? undefined : why}
            title={possible ? `${panel.title}: ${panel.hint}` : `${panel.title}: ${why}`}
            onClick={() => possible && session.open(dock, panel.id)}
            onFocus={() => possible && panel !== open && session.open(dock, panel.id)}
          >
            <Icon name={panel.icon} size={14} />
            <span>{panel.title}</span>
          </button>
        );
      })}
    </div>
  );
}

interface ContentProps {
  readonly dock: Dock;
  readonly panels: readonly Panel[];
  readonly open: Panel;
  readonly class: string;
}

/** The panel that is open. A tab panel only where there are tabs. */
export function DockedContent({ dock, panels, open, class: name }: ContentProps) {
  const { Content } = open;
  const classes = `${name} panel-${open.id}`;
  if (panels.length === 1) {
    return (
      <div class={classes}>
        <Content />
      </div>
    );
  }
  return (
    <div class={classes} id={panelId(dock)} role="tabpanel" aria-labelledby={tabId(dock, open)}>
      <Content />
    </div>
  );
}
