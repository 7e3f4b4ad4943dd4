/**
 * Before there is a run: what the explorer is for, and the samples to begin with.
 */
import { sampleGroups } from '../model/sampleGroups';
import { useSession } from '../state/context';

export function Welcome() {
  const session = useSession();
  const samples = session.samples.value;
  return (
    <main class="welcome">
      <h2>The anonymous reverse map, step by step</h2>
      {samples.length === 0 ? (
        <p class="dim">Waiting for the extension. If nothing comes, close this view and open it again.</p>
      ) : (
        <>
          <p>Choose what to watch. Each one runs at once, on a kernel that needs no sources.</p>
          <p>
            Or{' '}
            <button type="button" class="link" onClick={() => session.post({ type: 'newScenario' })}>
              begin an empty scenario
            </button>{' '}
            and build it by choosing.
          </p>
          {sampleGroups(samples).map((group) => (
            <section key={group.title}>
              {group.title === null ? null : <h3>{group.title}</h3>}
              <ul class="welcome-samples">
                {group.samples.map((sample) => (
                  <li key={sample.id}>
                    <button
                      type="button"
                      class="welcome-sample"
                      onClick={() => session.openSample(sample.id)}
                    >
                      <span class="sample-title">{sample.title}</span>
                      <span class="sample-description">{sample.description}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </>
      )}
    </main>
  );
}
