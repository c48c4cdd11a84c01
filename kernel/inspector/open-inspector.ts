import { setTimeout as pause } from 'node:timers/promises';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { isAlive, type ProcessIdentity } from '../process-table/index.ts';
import { findTarget } from './find-target.ts';
import { inspectors } from './system.ts';
import type { InspectorTarget } from './types.ts';

/** The process has no inspector that could be opened, or does not get to opening it. */
export class NoInspectorError extends Error {
  override readonly name = 'NoInspectorError';
}

/**
 * Opens the V8 inspector of a Node process, which must have been started with `--inspect-port=0`: otherwise it takes the port that
 * every other one takes.
 *
 * The port has no token: whoever can connect to 127.0.0.1 can use it until it is closed.
 *
 * @param withinMs real milliseconds after which it gives up
 * @throws NoInspectorError when the process ends, is not Node, or does not answer
 */
export async function openInspector(process: ProcessIdentity, withinMs: number = emulatorMs.inspectorOpened): Promise<InspectorTarget> {
  const begun = performance.now();
  const before = new Set(inspectors.ports(process.pid));
  let asked = false;
  for (;;) {
    if (!isAlive(process)) throw new NoInspectorError('it has ended');
    if (!asked && inspectors.takesRequest(process.pid)) {
      inspectors.request(process);
      asked = true;
    }
    const passed = performance.now() - begun;
    const ports = inspectors.ports(process.pid);
    // No new port: it may have been open. Servers of role code are not asked for nothing.
    const candidates = passed > emulatorMs.inspectorWasOpen ? ports : ports.filter((port) => !before.has(port));
    const target = await findTarget(candidates);
    if (target !== undefined) return target;
    if (passed > withinMs) throw new NoInspectorError(asked ? 'its inspector did not open' : 'it is not a Node process');
    await pause(emulatorMs.inspectorLook);
  }
}
