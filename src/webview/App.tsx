/**
 * The explorer: head, docked panels (`layout/panels.tsx`), side, timeline.
 */
import { useCallback, useEffect, useErrorBoundary, useMemo, useRef, useState } from 'preact/hooks';
import { DockedContent, Tabs } from './layout/Docked';
import { openPanel } from './layout/panel';
import { LEFT_PANELS, MAIN_PANELS } from './layout/panels';
import { Icon } from './parts/Icon';
import { useMedia } from './parts/useMedia';
import { MomentContext, useExplorer, useSession } from './state/context';
import { handleKey } from './state/keys';
import { Pointing } from './state/pointing';
import { nextChange } from './state/selection';
import { Announcer } from './views/Announcer';
import { Changes } from './views/Changes';
import { Find } from './views/Find';
import { Header } from './views/Header';
import { Help } from './views/Help';
import { HoverCard } from './views/HoverCard';
import { Inspector } from './views/Inspector';
import { Invariants } from './views/Invariants';
import { Locks } from './views/Locks';
import { NoticeBar } from './views/NoticeBar';
import { Timeline } from './views/Timeline';
import { Welcome } from './views/Welcome';

export function App() {
  const { session, player } = useExplorer();
  const root = useRef<HTMLDivElement>(null);
  const pointing = useMemo(() => new Pointing(session), [session]);
  const [panel, setPanel] = useState<'find' | 'help' | null>(null);
  const close = useCallback(() => setPanel(null), []);
  const find = useCallback(() => setPanel((open) => (open === 'find' ? null : 'find')), []);
  const help = useCallback(() => setPanel((open) => (open === 'help' ? null : 'help')), []);

  useEffect(() => (root.current ? pointing.attach(root.current) : undefined), [pointing]);
  useEffect(() => {
    const actions = {
      find,
      help,
      escape: () => {
        if (pointing.card.peek()) pointing.hide();
        else session.select(null);
      },
      nextChange: () => {
        const run = session.run.peek();
        const to = run && nextChange(run, session.target.peek(), session.position.peek());
        if (to !== null) session.moveTo(to);
      },
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (!event.defaultPrevented && handleKey(event, session, player, actions)) event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [session, player, pointing, find, help]);

  return (
    <div class="app" ref={root}>
      <Header />
      <NoticeBar />
      <Body />
      <Timeline panel={panel} onFind={find} onHelp={help} />
      {panel === 'find' && session.run.value ? <Find onClose={close} /> : null}
      {panel === 'help' ? <Help onClose={close} /> : null}
      <HoverCard pointing={pointing} />
      <Announcer />
    </div>
  );
}

function Body() {
  const session = useSession();
  const [error, retry] = useErrorBoundary((thrown) => {
    session.post({
      type: 'failed',
      message: thrown instanceof Error ? `${thrown.message}\n${thrown.stack}` : String(thrown),
    });
  });
  const narrow = useMedia('(max-width: 699px)');
  if (error) return <Broken error={error} onRetry={retry} />;
  // in one column the pictures come first, unless another panel than the path was asked for
  const picturesFirst = narrow && session.settings.value.left === LEFT_PANELS[0]?.id;
  return picturesFirst ? (
    <>
      <Middle />
      <LeftColumn />
    </>
  ) : (
    <>
      <LeftColumn />
      <Middle />
    </>
  );
}

function LeftColumn() {
  const session = useSession();
  const open = openPanel(LEFT_PANELS, session.settings.value.left, session.run.value !== null);
  if (!open) return null;
  return (
    <MomentContext.Provider value={session.beside}>
      <div class="path-column">
        {LEFT_PANELS.length > 1 ? (
          <Tabs dock="left" label="Beside the pictures" panels={LEFT_PANELS} open={open} />
        ) : null}
        <DockedContent dock="left" panels={LEFT_PANELS} open={open} class="left-panel" />
      </div>
    </MomentContext.Provider>
  );
}

function Middle() {
  const session = useSession();
  const running = session.run.value !== null;
  const open = openPanel(MAIN_PANELS, session.settings.value.main, running);
  if (!open) return <Welcome />;
  return (
    <main class={`middle${open.wide ? ' middle-wide' : ''}`}>
      {MAIN_PANELS.length > 1 ? <Tabs dock="main" label="Pictures" panels={MAIN_PANELS} open={open} /> : null}
      <DockedContent dock="main" panels={MAIN_PANELS} open={open} class="pictures" />
      {open.wide ? null : (
        <MomentContext.Provider value={session.beside}>
          <div class="side">
            <Inspector />
            <Changes />
            <Locks />
            <Invariants />
          </div>
        </MomentContext.Provider>
      )}
    </main>
  );
}

function Broken({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <main class="welcome">
      <h2>
        <Icon name="warning" /> This run cannot be drawn
      </h2>
      <p role="alert">
        Choose another scenario above, or try again. The log of the extension has the details.
      </p>
      <p class="dim">{error instanceof Error ? error.message : String(error)}</p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </main>
  );
}
