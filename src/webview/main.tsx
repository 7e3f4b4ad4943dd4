/**
 * Starts the explorer in its webview.
 */
import { render } from 'preact';
import { PROTOCOL_VERSION } from '../protocol/messages';
import { checkHostMessage } from '../protocol/validation';
import { App } from './App';
import { BuildingState, isAboutBuilding } from './build/buildingState';
import { ExplorerContext } from './state/context';
import { connectHost } from './state/host';
import { Player } from './state/player';
import { Session } from './state/session';
import './styles/base.css';
import './styles/identity.css';
import './styles/layout.css';
import './styles/tabs.css';
import './styles/head.css';
import './styles/path.css';
import './styles/code.css';
import './styles/lanes.css';
import './styles/links.css';
import './styles/family.css';
import './styles/trees.css';
import './styles/side.css';
import './styles/invariants.css';
import './styles/timeline.css';
import './styles/panels.css';
import './styles/time.css';
import './build/build.css';
import './compare/compare.css';
import './export/export.css';

const host = connectHost();
const session = new Session(host);
const player = new Player(session);
const building = new BuildingState(session);

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const checked = checkHostMessage(event.data);
  if (!checked.ok) {
    host.post({ type: 'failed', message: checked.problem });
    return;
  }
  try {
    if (isAboutBuilding(checked.message)) building.receive(checked.message);
    else session.receive(checked.message);
  } catch (error) {
    session.fail('What came cannot be drawn. Choose another scenario.', error);
  }
});

const root = document.getElementById('root') ?? document.body;
render(
  <ExplorerContext.Provider value={{ session, player, building }}>
    <App />
  </ExplorerContext.Provider>,
  root,
);
host.post({ type: 'ready', protocol: PROTOCOL_VERSION });
