/**
 * The page around the explorer. Nothing is allowed but its own script (by nonce), style sheet, fonts and pictures;
 * data comes by message only.
 */

export interface PageParts {
  /** Source that VS Code gives for a webview's own files. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
  readonly nonce: string;
  /** What an earlier page left to be found again. */
  readonly kept?: string | undefined;
}

export function explorerHtml({ cspSource, script, style, nonce, kept = '' }: PageParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" id="vscode-codicon-stylesheet" nonce="${nonce}" href="${attribute(style)}">
<title>Rmap Explorer</title>
</head>
<body>
<div id="root" data-kept="${attribute(kept)}"></div>
<script nonce="${nonce}" src="${attribute(script)}"></script>
</body>
</html>`;
}

/** A fresh random nonce. */
export function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
