/**
 * The explorer's own icons, drawn with strokes on a grid of 16 units in the colour of the text around them.
 */
const PATHS = {
  first: 'M4 3v10M12.5 3.5 6.5 8l6 4.5z',
  previousOperation: 'M8 3.5 3 8l5 4.5zM13.5 3.5 8.5 8l5 4.5z',
  back: 'M11 3.5 5 8l6 4.5z',
  play: 'M5 3.5 12 8l-7 4.5z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  forward: 'M5 3.5 11 8l-6 4.5z',
  nextOperation: 'M2.5 3.5 7.5 8l-5 4.5zM8 3.5 13 8l-5 4.5z',
  last: 'M12 3v10M3.5 3.5 9.5 8l-6 4.5z',
  stepOver: 'M2.5 9A5.6 5.6 0 0 1 13 7.6M13.4 4v3.8H9.6M8 11.2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z',
  stepOverBack: 'M13.5 9A5.6 5.6 0 0 0 3 7.6M2.6 4v3.8h3.8M8 11.2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z',
  stepOut:
    'M6 12.5V7a2.5 2.5 0 0 1 2.5-2.5H13M10.3 1.8 13.2 4.5l-2.9 2.7M6 11.2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z',
  stepOutBack:
    'M10 12.5V7a2.5 2.5 0 0 0-2.5-2.5H3M5.7 1.8 2.8 4.5l2.9 2.7M10 11.2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z',
  zoomIn: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 14 14M7 5v4M5 7h4',
  zoomOut: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 14 14M5 7h4',
  compact: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 14 14',
  help: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM6.2 6.3a1.9 1.9 0 1 1 2.6 1.9c-.5.2-.8.6-.8 1.3M8 11.6v.2',
  text: 'M2.5 3.5h11M2.5 6.5h11M2.5 9.5h7M2.5 12.5h9',
  picture: 'M2 3h12v10H2zM2 11l3.5-3.5 3 3 2-2L14 12M10.5 5.8v.1',
  time: 'M2 3v10.5h12M4.5 6.5h4M6.5 9h5M5 11.3h3',
  close: 'm4 4 8 8M12 4l-8 8',
  chevronDown: 'm4 6 4 4 4-4',
  chevronRight: 'm6 4 4 4-4 4',
  chevronLeft: 'm10 4-4 4 4 4',
  reveal: 'M6 3H3v10h10v-3M9 3h4v4M13 3 7.5 8.5',
  compare: 'M2.5 3h4.5v10H2.5zM9 3h4.5v10H9zM4 6h1.5M10.5 6H12M4 9h1.5',
  share: 'M8 10V2.5M5 5l3-3 3 3M3 8.5V13h10V8.5',
  script: 'M4 1.5h5.5L12.5 4.5v10H4zM9.5 1.5v3h3M6.2 7.5h4M6.2 10h4M6.2 12.3h2.5',
  info: 'M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 7.2v4M8 4.8v.1',
  warning: 'M8 2 14.5 13.5h-13zM8 6.5v3.5M8 11.7v.1',
  // kinds of step
  call: 'M2 8h7M6.5 5 9.5 8l-3 3M12.5 3v10',
  return: 'M14 8H7M9.5 5 6.5 8l3 3M3.5 3v10',
  statement: 'M4 8h8M4 5h5M4 11h6',
  alloc: 'M2.5 2.5h11v11h-11zM8 5.5v5M5.5 8h5',
  free: 'M2.5 2.5h11v11h-11zM5.5 8h5',
  lock: 'M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  unlock: 'M3.5 7.5h9v6h-9zM5.5 7.5V4.5a2.5 2.5 0 0 1 4.9-.7',
  write: 'm3 13 .7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7 11.3 7',
  list: 'M1.8 6h3.6v4H1.8zM10.6 6h3.6v4h-3.6zM5.4 8h5.2',
  tree: 'M6.2 1.8h3.6v3.4H6.2zM2 10.8h3.6v3.4H2zM10.4 10.8H14v3.4h-3.6zM8 5.2V8M3.8 10.8V8h8.4v2.8',
  assert: 'M8 1.8 13.5 4v4c0 3-2.3 5.2-5.5 6.2C4.8 13.2 2.5 11 2.5 8V4zM8 5v3.6M8 10.8v.1',
  // status of an invariant
  holds: 'm3 8.5 3.3 3.3L13 4.5',
  suspended: 'M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12z',
  violated: 'm3.5 3.5 9 9M12.5 3.5l-9 9',
} as const;

export type IconName = keyof typeof PATHS;

/** Those that are filled as well as stroked. */
const FILLED: ReadonlySet<IconName> = new Set([
  'first',
  'previousOperation',
  'back',
  'play',
  'forward',
  'nextOperation',
  'last',
]);

interface Props {
  readonly name: IconName;
  /** Says what it is to those who listen, and to those who point at it. */
  readonly title?: string;
  /** Says it to those who listen only: an element around it has the title. */
  readonly label?: string;
  /** Pixels. */
  readonly size?: number;
  readonly class?: string;
}

/** Without a title or label it is decoration, and what stands beside it says the same. */
export function Icon({ name, title, label = title, size = 16, class: more = '' }: Props) {
  return (
    <svg
      class={`icon icon-${name}${FILLED.has(name) ? ' icon-filled' : ''}${more}`}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      role={label === undefined ? undefined : 'img'}
      aria-hidden={label === undefined ? 'true' : undefined}
      aria-label={label}
      focusable="false"
    >
      {title === undefined ? null : <title>{title}</title>}
      {name === 'suspended' ? <path class="icon-half" d="M8 2a6 6 0 0 0 0 12z" /> : null}
      <path d={PATHS[name]} />
    </svg>
  );
}
