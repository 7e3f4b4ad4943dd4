/**
 * The explorer: head, path, pictures, side, timeline.
 */
import { useCallback, useEffect, useErrorBoundary, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from './parts/Icon';
import { useMedia } from './parts/useMedia';
import { useExplorer, useSession } from './state/context';
import { handleKey } from './state/keys';
import { Pointing } from './state/pointing';
import { nextChange } from './state/selection';
import { AddressSpaces } from './views/AddressSpaces';
import { Announcer } from './views/Announcer';
import { Changes } from './views/Changes';
import { Family } from './views/Family';
import { Find } from './views/Find';
import { Header } from './views/Header';
import { Help } from './views/Help';
import { HoverCard } from './views/HoverCard';
import { Inspector } from './views/Inspector';
import { Invariants } from './views/Invariants';
import { Links } from './views/Links';
import { Locks } from './views/Locks';
import { NoticeBar } from './views/NoticeBar';
import { Now } from './views/Now';
import { Operations } from './views/Operations';
import { Path } from './views/Path';
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
  if (!session.run.value) return <Welcome />;
  // in one column the pictures come first
  return narrow ? (
    <>
      <Middle />
      <PathColumn />
    </>
  ) : (
    <>
      <PathColumn />
      <Middle />
    </>
  );
}

function PathColumn() {
  return (
    <div class="path-column">
      <Path />
      <Operations />
    </div>
  );
}

function Middle() {
  return (
    <main class="middle">
      <div class="pictures">
        <Now />
        <AddressSpaces />
        <div class="pair">
          <Links />
          <Family />
        </div>
      </div>
      <div class="side">
        <Inspector />
        <Changes />
        <Locks />
        <Invariants />
      </div>
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
