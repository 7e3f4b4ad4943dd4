/**
 * Every view of the explorer, driven with the pointer on the built bundle under the policy that it is shipped with.
 */
import assert from 'node:assert/strict';
import { stepNumber } from '../../src/webview/model/frame';
import { sampleRun } from '../webview/fixture';
import { until, usePages } from './support';

const FORKS = sampleRun('fork-of-fork');
const BROKEN = sampleRun('broken');

/** The first step that says something. */
function stepSaying(text: string): number {
  const step = FORKS.trace.steps.find((one) => one.text === text);
  assert.ok(step, `no step says ${text}`);
  return step.number;
}
const LOCKED = stepSaying('write-lock A0, the root they all share');

describe('the explorer', function () {
  this.timeout(60_000);
  const pages = usePages();

  it('says that it is ready, and offers the samples before there is a run', async () => {
    const explorer = await pages.open();
    assert.deepEqual(await explorer.sent(), [{ type: 'ready', protocol: 1 }]);
    await explorer.send({
      type: 'library',
      protocol: 1,
      samples: [{ id: 'one', title: 'One', description: 'The first.' }],
      profiles: [],
    });
    await explorer.page.getByRole('button', { name: 'One' }).click();
    assert.deepEqual(await explorer.sentOf('openSample'), [{ type: 'openSample', id: 'one' }]);
    await explorer.page.getByText('Running One…').waitFor();
  });

  it('shows title, tree, engine and kernel', async () => {
    const { page } = await pages.show(FORKS);
    await page.getByRole('heading', { level: 1, name: 'Fork of a fork, the middle one exits' }).waitFor();
    await page.getByText('Linux 7.3.4 · mm/rmap.c').waitFor();
    await page.getByText('Simulation', { exact: true }).waitFor();
    assert.equal(await page.getByLabel('Kernel that is simulated').inputValue(), '7.3');
  });

  it('opens another sample, another kernel, the text', async () => {
    const explorer = await pages.show(FORKS);
    const { page } = explorer;
    await page.locator('.scenario-button').click();
    const options = page.getByRole('option');
    assert.ok((await page.getByRole('listbox').getByRole('option').count()) >= 6);
    await options.filter({ hasText: 'Split a mapping' }).click();
    assert.deepEqual(await explorer.sentOf('openSample'), [{ type: 'openSample', id: 'split' }]);
    await page.getByLabel('Kernel that is simulated').selectOption('7.2');
    assert.deepEqual(await explorer.sentOf('setProfile'), [{ type: 'setProfile', id: '7.2' }]);
    await page.getByRole('button', { name: 'Scenario text' }).click();
    assert.deepEqual(await explorer.sentOf('openScenario'), [{ type: 'openScenario', line: null }]);
  });

  it('shows a notice until it is dismissed or taken away', async () => {
    const explorer = await pages.show(FORKS);
    const notice = explorer.page.getByText('The tree has changed.');
    await explorer.send({ type: 'notice', level: 'warning', text: 'The tree has changed.' });
    await notice.waitFor();
    await explorer.page.getByRole('button', { name: 'Dismiss' }).click();
    await notice.waitFor({ state: 'detached' });
    await explorer.send({ type: 'notice', level: 'error', text: 'The tree has changed.' });
    await notice.waitFor();
    await explorer.send({ type: 'notice', level: 'info', text: null });
    await notice.waitFor({ state: 'detached' });
  });

  it('steps with the buttons and tells the host', async () => {
    const explorer = await pages.show(FORKS);
    const { page } = explorer;
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
    await press('Step forward');
    await press('Step forward');
    assert.equal(await explorer.step(), 2);
    await press('Step back');
    assert.equal(await explorer.step(), 1);
    await press('To the end of the next operation');
    assert.equal(await explorer.step(), FORKS.trace.operations[0]?.endStep);
    await press('To the end');
    assert.equal(await explorer.step(), FORKS.trace.steps.length);
    await press('To the operation before');
    assert.equal(await explorer.step(), FORKS.trace.operations.at(-2)?.endStep);
    await press('To the start');
    assert.equal(await explorer.step(), 0);
    await until('the host knows', async () => (await explorer.sentOf('seek')).at(-1)?.step === -1);
    assert.ok((await explorer.sentOf('seek')).every(({ runId }) => runId === FORKS.runId));
  });

  it('says why a button does nothing', async () => {
    const { page } = await pages.show(FORKS);
    for (const name of ['To the start', 'Step back', 'next violation', 'next change']) {
      const button = page.getByRole('button', { name, exact: true });
      assert.equal(await button.getAttribute('aria-disabled'), 'true', name);
      assert.match((await button.getAttribute('title')) ?? '', /: .+/, name);
      assert.ok(await button.getAttribute('aria-description'), name);
    }
  });

  it('follows the cursor of the host without answering', async () => {
    const explorer = await pages.show(FORKS);
    await explorer.send({ type: 'cursor', runId: FORKS.runId, step: 41 });
    await until('step 42', async () => (await explorer.step()) === 42);
    await explorer.send({ type: 'cursor', runId: FORKS.runId + 1, step: 3 });
    await explorer.page.waitForTimeout(100);
    assert.equal(await explorer.step(), 42);
    assert.deepEqual(await explorer.sentOf('seek'), []);
  });

  it('goes to a step that is typed', async () => {
    const explorer = await pages.show(FORKS);
    const input = explorer.page.getByLabel(`Step, of ${FORKS.trace.steps.length}`);
    await input.fill('100');
    await input.press('Enter');
    assert.equal(await explorer.step(), 100);
    await input.fill('nonsense');
    await input.press('Enter');
    assert.equal(await input.inputValue(), '100');
  });

  it('scrubs along the timeline', async () => {
    const explorer = await pages.show(FORKS);
    const slider = explorer.page.getByRole('slider', { name: 'Timeline' });
    const box = await slider.boundingBox();
    assert.ok(box);
    await explorer.page.mouse.move(box.x + box.width * 0.25, box.y + 8);
    await explorer.page.mouse.down();
    await explorer.page.mouse.move(box.x + box.width * 0.5, box.y + 8, { steps: 4 });
    await explorer.page.mouse.up();
    const half = FORKS.trace.steps.length / 2;
    await until('in the middle', async () => Math.abs((await explorer.step()) - half) <= 2);
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^step \d+ of \d+: .+/);
  });

  it('plays to the end and stops', async () => {
    const explorer = await pages.show(FORKS, { step: FORKS.trace.steps.length - 4 });
    await explorer.page.getByLabel('Steps per second while playing').selectOption('25');
    await explorer.page.getByRole('button', { name: 'Play' }).click();
    await until('the last step', async () => (await explorer.step()) === FORKS.trace.steps.length);
    await explorer.page.getByRole('button', { name: 'Play' }).waitFor();
  });

  it('lists the steps of the operation, shades those under the tree lock, jumps on a click', async () => {
    const explorer = await pages.show(FORKS, { step: LOCKED });
    const path = explorer.section('Path');
    const current = path.locator('[aria-current="step"]');
    assert.match(await current.innerText(), /write-lock A0/);
    assert.ok((await path.locator('.step-locked').count()) > 1);
    assert.deepEqual(await path.getByRole('navigation').locator('code').allInnerTexts(), [
      'P: fork A',
      'dup_mm',
      'dup_mmap',
      'anon_vma_fork',
      'anon_vma_clone',
    ]);
    await path.getByRole('button', { name: 'anon_vma_fork', exact: true }).click();
    const [call] = FORKS.trace.steps.filter(
      ({ kind, function: name }) => kind === 'call' && name === 'anon_vma_fork',
    );
    assert.equal(await explorer.step(), stepNumber(call?.number ?? 0));
    await path.getByRole('button', { name: 'call', exact: true }).click();
    await path.locator('.step').first().waitFor();
    assert.ok((await path.locator('.step').count()) < 30);
  });

  it('keeps the current step in view', async () => {
    const explorer = await pages.show(FORKS);
    for (const position of [130, 131, 400, 20]) {
      await explorer.send({ type: 'cursor', runId: FORKS.runId, step: position });
      const row = explorer.page.locator(`.steps [data-item="${position}"]`);
      await until(`step ${position} in view`, async () => {
        const frame = await explorer.page.locator('.steps-scroll').boundingBox();
        const box = await row.boundingBox();
        return !!frame && !!box && box.y >= frame.y - 1 && box.y + box.height <= frame.y + frame.height + 1;
      });
    }
  });

  it('lists the operations with their results', async () => {
    const failure = sampleRun('clone-failure');
    const explorer = await pages.show(failure);
    const operations = explorer.section('Operations');
    await operations.getByRole('button', { name: /A: fork B ! fail avc:2/ }).click();
    assert.equal(await explorer.step(), stepNumber(failure.trace.operations[3]?.firstStep ?? 0));
    await operations.getByText('ENOMEM').waitFor();
    await operations.getByText('1 expectation met').waitFor();
  });

  it('shows the place of the step and opens it', async () => {
    const explorer = await pages.show(FORKS, { step: 100 });
    await explorer.page.getByRole('button', { name: 'mm/rmap.c:101' }).click();
    assert.equal((await explorer.sentOf('reveal'))[0]?.location.line, 100);
    await explorer.send({ type: 'cursor', runId: FORKS.runId, step: 10 });
    await explorer.page.getByText('not in this tree', { exact: true }).waitFor();
  });

  it('says what to do for source lines when no tree is open', async () => {
    const { page } = await pages.show(sampleRun('fork-of-fork', { tree: null }), { step: 10 });
    await page.getByText('no kernel tree open').waitFor();
    await page.getByText('open a kernel tree to see the line').waitFor();
  });

  it('lights up one object in every view', async () => {
    const explorer = await pages.show(FORKS, { step: LOCKED });
    const { page } = explorer;
    await page.locator('.vma').first().hover();
    await page.locator('.row-head.lit').waitFor();
    await page.locator('.vma.lit').waitFor();
    await page.locator('.node.related').first().waitFor();
    await page.locator('.touch').first().waitFor({ state: 'attached' });
    await page.mouse.move(700, 5);
    await page.locator('.lit').first().waitFor({ state: 'detached' });
  });

  it('shows a card, selects on a click, leads to who wrote a field', async () => {
    const explorer = await pages.show(FORKS, { step: LOCKED });
    const { page } = explorer;
    const counter = page.locator('.counter', { hasText: 'active' }).first();
    await counter.hover();
    const card = page.locator('.card-placed');
    await card.waitFor();
    assert.match(await card.innerText(), /num_active_vmas: VMAs whose anon_vma is this one/);
    await counter.click();
    const selected = explorer.section('Selected');
    await selected.waitFor();
    await page.getByRole('button', { name: 'next change of A0.num_active_vmas' }).waitFor();
    const writers = FORKS.trace.steps.filter(({ changes }) =>
      changes.some(
        (change) => change.op === 'set' && change.object === 4 && change.field === 'num_active_vmas',
      ),
    );
    const last = writers.filter(({ number }) => number <= LOCKED).at(-1);
    await selected.locator('[data-field="num_active_vmas"] .link').click();
    assert.equal(await explorer.step(), stepNumber(last?.number ?? -1));
    await page.keyboard.press('Escape');
    await selected.waitFor({ state: 'detached' });
  });

  it('shows what changed, with old and new value and a way to the writers', async () => {
    const explorer = await pages.show(FORKS, { step: LOCKED });
    const changes = explorer.section('Changed in this step');
    assert.match(
      (await changes.innerText()).replace(/\s+/g, ' '),
      /A0 anon_vma rwsem free → held for writing/,
    );
    await changes.getByText(/fields unchanged/).waitFor();
    await changes.getByRole('button', { name: 'show', exact: true }).click();
    await changes.getByRole('button', { name: 'refcount' }).waitFor();
    await changes.getByRole('button', { name: 'hide', exact: true }).click();
    await changes
      .getByRole('button', { name: /^Previous writer/ })
      .first()
      .click();
    assert.ok((await explorer.step()) < LOCKED);
  });

  it('shows the locks that are held, and since when', async () => {
    const explorer = await pages.show(FORKS, { step: LOCKED });
    const locks = explorer.section('Locks held');
    assert.match((await locks.innerText()).replace(/\s+/g, ' '), /rwsem of A0 since step/);
    await locks.getByRole('button', { name: /^step/ }).first().click();
    assert.ok((await explorer.step()) < LOCKED);
  });

  it('shows invariants, problems first, and asks the host to light up their lines', async () => {
    const first = BROKEN.violations[0];
    assert.ok(first);
    const explorer = await pages.show(BROKEN, { step: first.step });
    const invariants = explorer.section('Invariants');
    const violated = invariants.getByRole('list', { name: 'Violated' });
    assert.match(await violated.innerText(), /AVC \(P@16-20, A0\) is in the tree of A0 but has been freed/);
    await violated.locator('.invariant').first().hover();
    await explorer.page.locator('.entry.lit').waitFor();
    await until(
      'the host knows',
      async () => (await explorer.sentOf('hoverInvariant')).at(-1)?.id === first.invariant,
    );
    await explorer.page.mouse.move(700, 5);
    await until(
      'the host knows that it is over',
      async () => (await explorer.sentOf('hoverInvariant')).at(-1)?.id === null,
    );
  });

  it('filters invariants and opens groups', async () => {
    const explorer = await pages.show(BROKEN);
    const invariants = explorer.section('Invariants');
    await invariants.getByRole('button', { name: /^lock/ }).click();
    assert.ok((await invariants.locator('.invariant').count()) > 3);
    await invariants.getByLabel('Filter invariants').fill('refcount');
    const found = await invariants.locator('.invariant-title').allInnerTexts();
    assert.ok(found.length > 0 && found.length < 6);
    await invariants.getByLabel('Filter invariants').fill('nothing like this');
    await invariants.getByText(/No invariant speaks of/).waitFor();
    await invariants.getByRole('button', { name: 'Show all invariants' }).click();
    assert.ok((await invariants.locator('.group').count()) > 5);
  });

  it('lights up what the editor points at', async () => {
    const explorer = await pages.show(BROKEN, { step: BROKEN.violations[0]?.step ?? 0 });
    await explorer.send({ type: 'focusInvariant', id: BROKEN.violations[0]?.invariant ?? '' });
    await explorer.page.locator('.invariant.lit').waitFor();
    await explorer.send({ type: 'focusInvariant', id: null });
    await explorer.page.locator('.invariant.lit').waitFor({ state: 'detached' });
    assert.deepEqual(await explorer.sentOf('hoverInvariant'), []);
  });

  it('jumps from violation to violation', async () => {
    const explorer = await pages.show(BROKEN);
    const steps = [...new Set(BROKEN.violations.map(({ step }) => step))];
    for (const step of steps) {
      await explorer.page.getByRole('button', { name: 'next violation' }).click();
      assert.equal(await explorer.step(), stepNumber(step));
    }
    await explorer.page.getByRole('list', { name: 'Violated by this step' }).waitFor();
  });

  it('has a text for each picture', async () => {
    const explorer = await pages.show(FORKS, { step: LOCKED });
    const { page } = explorer;
    for (const name of ['Address spaces', 'Who is linked to what', 'anon_vma family', 'Timeline'])
      await page.getByRole('button', { name: `${name} as text` }).click();
    const text = async (name: string) => (await explorer.section(name).innerText()).replace(/\s+/g, ' ');
    assert.match(await text('Address spaces'), /VMA P@16-20, rw, anonymous, anon_vma A0/);
    assert.match(
      await text('Who is linked to what'),
      /A@16-20 and A0: AVC, place 1 on the chain, not in the tree/,
    );
    assert.match(
      await text('anon_vma family'),
      /anon_vma A0, root: 1 active VMAs, 1 children, refcount 1, rwsem held for writing/,
    );
    const timeline = await page.getByRole('list', { name: 'Timeline' }).innerText();
    assert.match(
      timeline.replace(/\s+/g, ' '),
      /P: fork A from step \d+, \d+ steps mmap_lock of P, held for writing/,
    );
  });

  it('folds sections and the timeline', async () => {
    const explorer = await pages.show(FORKS, { step: 5 });
    await explorer.page.getByRole('button', { name: 'Locks held' }).click();
    assert.equal(await explorer.section('Locks held').locator('.section-body').count(), 0);
    await explorer.page.getByRole('button', { name: 'Timeline', exact: true }).click();
    await explorer.page.getByRole('slider').waitFor({ state: 'detached' });
  });

  it('finds a step by its words', async () => {
    const explorer = await pages.show(FORKS);
    await explorer.page.getByRole('button', { name: 'Find a step' }).click();
    await explorer.page.getByRole('combobox', { name: /Words/ }).fill('write-lock root');
    await explorer.page.getByRole('listbox', { name: 'Steps found' }).getByRole('option').first().click();
    assert.match(await explorer.page.locator('.now-text').innerText(), /write-lock/);
    await explorer.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('announces where it is, and what has changed', async () => {
    const explorer = await pages.show(FORKS, { step: LOCKED });
    await explorer.page
      .getByRole('status')
      .filter({ hasText: `step ${stepNumber(LOCKED)} of ${FORKS.trace.steps.length}: write-lock A0` })
      .filter({ hasText: 'A0 rwsem from free to held for writing' })
      .waitFor({ state: 'attached' });
  });

  it('shows twelve processes and sixty VMAs with nothing over each other', async () => {
    const explorer = await pages.show(sampleRun('crowd'), { step: 3900 });
    assert.equal(await explorer.page.locator('.lane').count(), 12);
    const boxes = await Promise.all(
      (await explorer.page.locator('.vma').all()).map((bar) => bar.boundingBox()),
    );
    assert.equal(boxes.length, 60);
    for (const [i, a] of boxes.entries())
      for (const b of boxes.slice(i + 1))
        assert.ok(
          a &&
            b &&
            (a.x + a.width <= b.x + 1 ||
              b.x + b.width <= a.x + 1 ||
              a.y + a.height <= b.y ||
              b.y + b.height <= a.y),
        );
  });

  it('refuses a message that is not one, tells the host, and goes on', async () => {
    const explorer = await pages.show(FORKS);
    await explorer.send({ type: 'cursor', runId: 'x' } as never);
    await until('the host knows', async () => (await explorer.sentOf('failed')).length === 1);
    assert.match((await explorer.sentOf('failed'))[0]?.message ?? '', /was not understood/);
    await explorer.press('ArrowRight');
    assert.equal(await explorer.step(), 1);
  });
});
