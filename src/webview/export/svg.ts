/**
 * A drawing as SVG text.
 */
import { HUES } from '../model/identity';
import type { Colour, Drawing, Shape } from './drawing';

export interface Palette {
  readonly fg: string;
  readonly dim: string;
  readonly line: string;
  readonly bg: string;
  readonly hues: readonly string[];
  /** Of an anon_vma that has no name yet. */
  readonly noHue: string;
}

export const FONT = 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace';

/** The drawing as an SVG document. */
export function svgOf(drawing: Drawing, palette: Palette): string {
  const { width, height } = drawing;
  const body = drawing.shapes.map((shape) => elementOf(shape, palette)).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc" font-family="${attribute(FONT)}">
<title id="title">${escaped(drawing.title)}</title>
<desc id="desc">${escaped(drawing.description)}</desc>
<rect width="${width}" height="${height}" fill="${attribute(palette.bg)}"/>
${body}
</svg>
`;
}

function elementOf(shape: Shape, palette: Palette): string {
  switch (shape.type) {
    case 'rect': {
      const colour = attribute(colourOf(shape.stroke, palette));
      const dash = shape.dashed ? ' stroke-dasharray="4 3"' : '';
      return `<rect x="${round(shape.x)}" y="${round(shape.y)}" width="${round(shape.width)}" height="${round(shape.height)}" rx="${shape.radius}" fill="${colour}" fill-opacity="${shape.fill}" stroke="${colour}"${dash}/>`;
    }
    case 'line':
      return `<line x1="${round(shape.x1)}" y1="${round(shape.y1)}" x2="${round(shape.x2)}" y2="${round(shape.y2)}" stroke="${attribute(colourOf(shape.stroke, palette))}"/>`;
    case 'text': {
      const weight = shape.bold ? ' font-weight="600"' : '';
      const anchor = shape.anchor === 'start' ? '' : ` text-anchor="${shape.anchor}"`;
      return `<text x="${round(shape.x)}" y="${round(shape.y)}" font-size="${shape.size}"${weight}${anchor} fill="${attribute(colourOf(shape.colour, palette))}" xml:space="preserve">${escaped(shape.text)}</text>`;
    }
  }
}

/** The colour as CSS and SVG write it. */
export function colourOf(colour: Colour, palette: Palette): string {
  if (typeof colour === 'string') return palette[colour];
  return colour.hue === null ? palette.noHue : (palette.hues[colour.hue % HUES] ?? palette.noHue);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** What XML forbids is left out; the rest is text and no markup. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

function attribute(text: string): string {
  return escaped(text).replace(/"/g, '&quot;');
}
