/** How a node of the Reverse Map view looks. */
import * as vscode from 'vscode';
import { namesOfRole, ROLES } from '../../source/roles';
import { functionText } from '../functionTexts';
import { whenSentence } from '../hoverText';
import { uriInTree } from '../kernelTree';
import { code, escaped } from '../markdownText';
import { type FunctionState, STATE_TEXT } from './functionState';
import type { FunctionNode, Node } from './nodes';

const { None, Collapsed } = vscode.TreeItemCollapsibleState;

const STATE_ICON: Readonly<Record<FunctionState, vscode.ThemeIcon>> = {
  simulated: new vscode.ThemeIcon('run', new vscode.ThemeColor('charts.green')),
  'simulated and interpreted': new vscode.ThemeIcon('run-all', new vscode.ThemeColor('charts.blue')),
  'read only': new vscode.ThemeIcon('book'),
};

const ABSENT_ICON = new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('disabledForeground'));

/** The item of a node. `isOpen` says whether a group begins open. */
export function itemOf(node: Node, isOpen: (group: string) => boolean): vscode.TreeItem {
  switch (node.kind) {
    case 'group': {
      const { title, purpose, group } = node.text;
      const state = isOpen(group) ? vscode.TreeItemCollapsibleState.Expanded : Collapsed;
      return itemWith(new vscode.TreeItem(title, state), `group/${group}`, {
        tooltip: purpose,
        description: purpose,
      });
    }
    case 'function':
      return functionItem(node);
    case 'absent':
      return itemWith(new vscode.TreeItem(node.role, None), `absent/${node.role}`, {
        description: 'not in this tree',
        iconPath: ABSENT_ICON,
        tooltip: absentTooltip(node.role),
        contextValue: 'absent',
      });
    case 'invariants':
      return itemWith(new vscode.TreeItem('Invariants', Collapsed), `${node.parent.role}/invariants`, {
        iconPath: new vscode.ThemeIcon('law'),
        tooltip: `What ${node.parent.name}() asserts, documents, keeps or relies on`,
      });
    case 'callers':
      return itemWith(new vscode.TreeItem('Callers', Collapsed), `${node.parent.role}/callers`, {
        iconPath: new vscode.ThemeIcon('call-incoming'),
        tooltip: `Calls of ${node.parent.name}() in the files that the reverse map touches`,
      });
    case 'invariant': {
      const { id, title, statement, when, why } = node.info;
      return itemWith(new vscode.TreeItem(id, None), `${node.parent.role}/invariant/${id}`, {
        description: `${title} · ${whenSentence(when)}`,
        tooltip: new vscode.MarkdownString(`${escaped(statement)}\n\n${escaped(why)}`),
        command: command('rmapLens.reverseMap.openInvariant', 'Show in Source', node),
        contextValue: 'invariant',
      });
    }
    case 'caller':
      return itemWith(
        new vscode.TreeItem(node.name, None),
        `${node.parent.role}/caller/${node.place.path}/${node.name}/${node.place.span.start}`,
        {
          description: `${fileName(node.place.path)}:${node.line + 1}${node.calls > 1 ? ` · ${node.calls} calls` : ''}`,
          iconPath: new vscode.ThemeIcon('symbol-method'),
          tooltip: `${node.name} in ${node.place.path} calls ${node.parent.name}()`,
          command: command('rmapLens.reverseMap.open', 'Show in Source', node),
          contextValue: 'caller',
        },
      );
    case 'note':
      return itemWith(new vscode.TreeItem(node.text, None), `note/${node.text}`, {
        iconPath: new vscode.ThemeIcon('info'),
      });
  }
}

/** Without its folder: the view is narrow, and the tooltip has it all. */
function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function itemWith(item: vscode.TreeItem, id: string, more: Partial<vscode.TreeItem>): vscode.TreeItem {
  return Object.assign(item, more, { id });
}

function command(id: string, title: string, node: Node): vscode.Command {
  return { command: id, title, arguments: [node] };
}

function functionItem(node: FunctionNode): vscode.TreeItem {
  const { name, role, state, place, line, isMacro, samples } = node;
  const item = new vscode.TreeItem(name, Collapsed);
  const how = isMacro ? `${state}, a macro` : state;
  return itemWith(item, `function/${role}`, {
    description: `${how} · ${fileName(place.path)}:${line + 1}`,
    iconPath: STATE_ICON[state],
    tooltip: functionTooltip(node),
    command: command('rmapLens.reverseMap.open', 'Show in Source', node),
    contextValue: samples > 0 ? 'function-runnable' : 'function',
    accessibilityInformation: {
      label: `${name}, ${how}, ${place.path} line ${line + 1}`,
    },
  });
}

function functionTooltip({ name, role, state, samples, tree, place }: FunctionNode): vscode.MarkdownString {
  const text = functionText(role);
  const lines = [
    `**${code(`${name}()`)}** ${text ? escaped(text.purpose) : ''}`,
    '',
    `${escaped(STATE_TEXT[state])}${samples > 0 ? `; ${samples} sample${samples === 1 ? ' reaches' : 's reach'} it` : ''}  `,
  ];
  if (text?.locks) lines.push(`Locks: ${escaped(text.locks)}  `);
  if (name !== role) lines.push(`Newer kernels call it ${code(role)}  `);
  lines.push(escaped(vscode.workspace.asRelativePath(uriInTree(tree.root, place.path))));
  return new vscode.MarkdownString(lines.join('\n'));
}

function absentTooltip(role: string): string {
  const names = namesOfRole(role);
  const title = ROLES[role]?.title ?? '';
  return `${title}: none of ${names.join(', ')} is defined in ${(ROLES[role]?.files ?? []).join(', ')} of this tree.`;
}
