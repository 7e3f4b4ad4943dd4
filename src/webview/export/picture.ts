/**
 * A drawing as SVG text, or painted on a canvas and given back as PNG. Colours are those of the theme.
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

const FONT = 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace';

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

function colourOf(colour: Colour, palette: Palette): string {
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

/** Pixels of an edge that a canvas can have everywhere. */
const LARGEST = 16_000;

/** The drawing as PNG, in base64, at twice its size where that is possible. */
export async function pngOf(drawing: Drawing, palette: Palette): Promise<string> {
  const scale = Math.min(2, LARGEST / drawing.height, LARGEST / drawing.width);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(drawing.width * scale);
  canvas.height = Math.round(drawing.height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas to paint on');
  context.scale(scale, scale);
  context.fillStyle = palette.bg;
  context.fillRect(0, 0, drawing.width, drawing.height);
  for (const shape of drawing.shapes) paint(context, shape, palette);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error('the picture is too large to be painted');
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

function paint(context: CanvasRenderingContext2D, shape: Shape, palette: Palette): void {
  switch (shape.type) {
    case 'rect': {
      const colour = colourOf(shape.stroke, palette);
      context.beginPath();
      context.roundRect(shape.x, shape.y, shape.width, shape.height, shape.radius);
      context.globalAlpha = shape.fill;
      context.fillStyle = colour;
      context.fill();
      context.globalAlpha = 1;
      context.strokeStyle = colour;
      context.setLineDash(shape.dashed ? [4, 3] : []);
      context.stroke();
      return;
    }
    case 'line':
      context.beginPath();
      context.setLineDash([]);
      context.strokeStyle = colourOf(shape.stroke, palette);
      context.moveTo(shape.x1, shape.y1);
      context.lineTo(shape.x2, shape.y2);
      context.stroke();
      return;
    case 'text':
      context.font = `${shape.bold ? '600 ' : ''}${shape.size}px ${FONT}`;
      context.textAlign = shape.anchor === 'middle' ? 'center' : shape.anchor;
      context.fillStyle = colourOf(shape.colour, palette);
      context.fillText(shape.text, shape.x, shape.y);
      return;
  }
}

/** The colours of the theme, as the page resolves them. */
export function themePalette(): Palette {
  const probe = document.createElement('span');
  document.body.append(probe);
  const resolve = (value: string, className = '') => {
    probe.className = className;
    probe.style.color = value;
    return opaque(getComputedStyle(probe).color);
  };
  try {
    return {
      fg: resolve('var(--fg)'),
      dim: resolve('var(--dim)'),
      line: resolve('var(--line)'),
      bg: resolve('var(--bg)'),
      hues: Array.from({ length: HUES }, (_, hue) => resolve('var(--hue)', `hue-${hue}`)),
      noHue: resolve('var(--hue)', 'hue-none'),
    };
  } finally {
    probe.remove();
  }
}

/** Readers of SVG that know no newer colour spaces get plain numbers. */
function opaque(colour: string): string {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return colour;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 255] = context.getImageData(0, 0, 1, 1).data;
  return alpha === 255
    ? `rgb(${red}, ${green}, ${blue})`
    : `rgba(${red}, ${green}, ${blue}, ${Math.round((alpha / 255) * 100) / 100})`;
}
