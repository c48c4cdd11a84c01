import type { AnyActorRef, StateValue } from 'xstate';
import type { HeldFile, ProcessReport } from '../contracts/links.ts';
import type { ProcessName } from '../contracts/process-names.ts';
import { processIdentity } from './process-table/index.ts';

/**
 * Reports this process and each state its machine enters to whoever listens above.
 *
 * @param select which part of the machine's state value is the state that a user knows
 * @param holds drive files that this process holds loaded, as of now
 */
export function reportOwnProcess(options: {
  readonly name: ProcessName;
  readonly actor: AnyActorRef;
  readonly send: (process: ProcessReport) => void;
  readonly select?: (value: StateValue) => StateValue;
  readonly holds?: () => readonly HeldFile[];
}): void {
  const { name, actor, send, select = (value) => value, holds } = options;
  const { startTicks } = processIdentity(process.pid) ?? { startTicks: '' };
  // Not performance.timeOrigin: the first look at `performance` loads half a millisecond of it.
  const startedAt = new Date(Date.now() - process.uptime() * 1_000).toISOString();
  let last: string | undefined;
  const report = (value: StateValue | undefined) => {
    const state = value === undefined ? 'starting' : dotted(select(value));
    if (state === last) return;
    last = state;
    const held = holds?.();
    send({
      name,
      kind: 'played',
      pid: process.pid,
      ppid: process.ppid,
      startTicks,
      startedAt,
      state,
      ...(held ? { holds: held.map(({ file }) => file), loaded: [...held] } : {}),
    });
  };
  report(actor.getSnapshot()?.value);
  actor.subscribe((snapshot) => report(snapshot.value));
}

/** A state value as users read it: `alive.running`, parallel regions joined by a comma. */
export function dotted(value: StateValue): string {
  if (typeof value === 'string') return value;
  return Object.entries(value)
    .map(([key, inner]) => {
      const rest = inner === undefined ? '' : dotted(inner);
      return rest === '' ? key : `${key}.${rest}`;
    })
    .join(',');
}
