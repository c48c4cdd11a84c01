import type { ProcessSpan } from '../../taskmgr/timeline/timeline.ts';

/** A row of processes: the generations of one program, one after the other. */
export interface Lane {
  /** `WaHostBootstrapper`, `prepare.js (simple)`. */
  readonly label: string;
  readonly spans: readonly ProcessSpan[];
}

/**
 * Processes in rows, in the order of their first starts. Those of one name that live at the same time get rows of their own; startup tasks
 * are told apart by their place in the role model.
 */
export function lanesOf(processes: readonly ProcessSpan[]): readonly Lane[] {
  const lanes: { readonly key: string; readonly label: string; readonly spans: ProcessSpan[] }[] = [];
  for (const span of processes) {
    const key = span.task === undefined ? `${span.kind} ${span.name}` : `task ${span.task.index} ${span.name}`;
    const label = span.task === undefined ? span.name : `${span.name} (${span.task.type})`;
    const free = lanes.find((lane) => lane.key === key && (lane.spans.at(-1)?.to ?? '') <= span.from);
    if (free === undefined) lanes.push({ key, label, spans: [span] });
    else free.spans.push(span);
  }
  return lanes;
}
