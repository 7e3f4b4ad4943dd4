/** Folding of blocks, comments, `#if` branches and runs of `#include`. Needs no parse and no wasm. */
import * as vscode from 'vscode';
import { type Fold, foldsOf } from '../../source/navigation/folding';
import { C_FILES, type NavigationService } from './service';

const KINDS: Readonly<Record<Fold['kind'], vscode.FoldingRangeKind | undefined>> = {
  block: undefined,
  comment: vscode.FoldingRangeKind.Comment,
  imports: vscode.FoldingRangeKind.Imports,
  branch: vscode.FoldingRangeKind.Region,
};

export function registerFolding(service: NavigationService): vscode.Disposable {
  return vscode.languages.registerFoldingRangeProvider(C_FILES, {
    provideFoldingRanges: (document) =>
      service.log.guard(
        'Folding',
        async () => {
          if (!service.speaks(document) || !(await service.place(document))) return undefined;
          return foldsOf(document.getText()).map(
            ({ startLine, endLine, kind }) => new vscode.FoldingRange(startLine, endLine, KINDS[kind]),
          );
        },
        undefined,
      ),
  });
}
