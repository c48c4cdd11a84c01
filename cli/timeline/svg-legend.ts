import type { Timeline } from '../../taskmgr/timeline/timeline.ts';
import { shadeNames, shadeOf, shadeOrder } from './shades.ts';
import { element, type Markup, textOf } from './svg-element.ts';

export interface LegendPlace {
  readonly left: number;
  readonly right: number;
  readonly top: number;
}

/** What the colours of the picture mean, as far as it has them. */
export function svgLegend(
  { instances }: Timeline,
  { left, right, top }: LegendPlace,
): { readonly markup: Markup; readonly height: number } {
  const states = instances.flatMap((instance) => instance.states);
  const windows = instances.flatMap((instance) => instance.windows);
  const kinds = new Set(instances.flatMap(({ processes }) => processes.map(({ kind }) => kind)));
  const entries = [
    ...shadeOrder
      .filter((shade) => states.some(({ state }) => shadeOf(state) === shade))
      .map((shade) => [shade, shadeNames[shade]] as const),
    ...(
      [
        ['played', "process of Azure's"],
        ['task', 'startup task'],
        ['program', 'program of the role'],
      ] as const
    ).filter(([kind]) => kinds.has(kind)),
    ...(windows.length > 0 ? ([['waiting', 'restart window']] as const) : []),
    ...(windows.some(({ freeFrom }) => freeFrom !== undefined) ? ([['free', 'files are free']] as const) : []),
    ...(instances.some(({ processes }) => processes.some(({ debugged }) => debugged.length > 0))
      ? ([['debugged', 'stopped by a debugger']] as const)
      : []),
    ...(instances.some(({ limits }) => limits.some(({ crossedAt }) => crossedAt)) ? ([['over', 'over the limit']] as const) : []),
    ...(instances.some(({ drives }) => drives.length > 0) ? ([['drive', 'change of a drive']] as const) : []),
  ];
  let x = left;
  let y = top;
  const drawn = entries.flatMap(([className, name]) => {
    const width = swatchWidth + name.length * letterWidth;
    if (x + width > right) {
      x = left;
      y += lineHeight;
    }
    const swatch = element('rect', { class: className, x, y: y - 9, width: 12, height: 12, rx: 2 });
    const text = element('text', { class: 'quiet', x: x + swatchWidth, y: y + 1 }, textOf(name));
    x += width + 16;
    return [swatch, text];
  });
  return { markup: element('g', {}, ...drawn), height: y - top + lineHeight };
}

const swatchWidth = 17;
const letterWidth = 6.2;
const lineHeight = 18;
