/**
 * A drawing painted on a canvas and given back as PNG, and the colours of the theme.
 */
import { HUES } from '../model/identity';
import type { Drawing, Shape } from './drawing';
import { colourOf, FONT, type Palette } from './svg';

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
