// What the manifest promises: every command linked to or placed in a menu exists, every setting is described, and the
// pictures of the walkthrough follow the theme.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TITLES } from '../../src/vscode/commandIds';
import { LINKED_COMMANDS } from '../../src/vscode/markdownText';

const ROOT = join(import.meta.dirname, '../..');

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command?: string }[]>>;
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          { readonly markdownDescription?: string; readonly default?: unknown; readonly scope?: string }
        >
      >;
    };
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly svg: string; readonly altText: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

describe('the manifest', () => {
  const { contributes }: Manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const commands = new Set(contributes.commands.map(({ command }) => command));

  it('gives commands the titles that errors are reported under', () => {
    for (const { command, title } of contributes.commands)
      assert.equal(title.replace(/…$/, ''), (TITLES as Readonly<Record<string, string>>)[command], command);
  });

  it('has every command that menus and hovers name', () => {
    for (const entries of Object.values(contributes.menus))
      for (const { command } of entries) assert.ok(command === undefined || commands.has(command), command);
    for (const command of LINKED_COMMANDS) assert.ok(command in TITLES, command);
  });

  it('describes every setting, with a default', () => {
    for (const [name, setting] of Object.entries(contributes.configuration.properties)) {
      assert.ok((setting.markdownDescription ?? '').length > 20, name);
      assert.notEqual(setting.default, undefined, name);
      assert.notEqual(setting.scope, undefined, name);
    }
  });

  it('has a walkthrough of four to six steps, whose links work and whose pictures follow the theme', () => {
    const [walkthrough] = contributes.walkthroughs;
    const steps = walkthrough?.steps ?? [];
    assert.ok(steps.length >= 4 && steps.length <= 6);
    for (const { description, media, completionEvents } of steps) {
      // descriptions are plain text with links
      assert.doesNotMatch(description, /`/);
      const linked = [...description.matchAll(/\(command:([\w.]+)/g)].map(([, command]) => command ?? '');
      assert.ok(linked.length > 0, description);
      for (const command of [
        ...linked,
        ...completionEvents.flatMap((event) => /^onCommand:(.*)/.exec(event)?.[1] ?? []),
      ])
        assert.ok(commands.has(command) || command === 'vscode.openFolder', command);
      const svg = readFileSync(join(ROOT, media.svg), 'utf8');
      // the page of walkthroughs forbids style attributes, and shows black where a colour is missing
      assert.doesNotMatch(svg, /style=|#[0-9a-f]{3,8}\b|<style/i);
      assert.match(svg, /var\(--vscode-foreground\)/);
      for (const [shape] of svg.matchAll(/<(?:rect|path|circle|text|line)[^>]*>/g))
        assert.match(shape, / (?:fill|stroke)="(?:var|none)/, shape);
      assert.ok(media.altText.length > 20);
    }
  });
});
