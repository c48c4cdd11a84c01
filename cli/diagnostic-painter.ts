import { type Format, painter } from '../control/colour.ts';
import type { DiagnosticStyle, Painter } from '../model/render-diagnostics.ts';

const formats: Readonly<Record<DiagnosticStyle, Format>> = { error: 'red', warning: 'yellow', info: 'blue', place: 'bold', mend: 'gray' };

/** The colours of findings about a service. */
export function diagnosticPainter(colour: boolean): Painter {
  const paint = painter(colour);
  return (style, text) => paint(formats[style], text);
}
