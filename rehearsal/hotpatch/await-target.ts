import { setTimeout as pause } from 'node:timers/promises';
import type { StateFile } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import { request } from '../../control/client.ts';
import { findTarget, type HotpatchTarget, type TargetRequest } from './find-target.ts';

const beforeDrives: ReadonlySet<InstanceStatus> = new Set<InstanceStatus>(['RoleStateUnknown', 'CreatingVM']);
const lookMs = 50;

/**
 * The target in a deployment that has just been started, as soon as its instance is Ready.
 *
 * @param withinMs real milliseconds
 * @throws UserError RV6504 when the role fails to start or the time is over, and as findTarget throws
 */
export async function awaitTarget(
  emulator: StateFile,
  asked: TargetRequest,
  withinMs: number,
  signal: AbortSignal,
): Promise<HotpatchTarget> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    const status = await request(emulator, 'GET /status');
    if (status.instances.every(({ state }) => !beforeDrives.has(state))) {
      try {
        return findTarget(asked, status, await request(emulator, 'GET /ps'));
      } catch (error) {
        // Whatever else is wrong does not mend itself.
        if (!(error instanceof UserError && error.code === 'RV6501')) throw error;
        const failed = status.instances.find(({ state, recycles }) => state === 'CyclingRole' || recycles > 0);
        if (failed !== undefined && error.message.startsWith(failed.name))
          throw notReady(`${failed.name} is ${failed.state}: ${failed.details}`);
        if (performance.now() > deadline) throw notReady(`${error.message}: it did not become Ready in time`);
      }
    }
    await pause(lookMs, undefined, { signal });
  }
}

function notReady(message: string): UserError {
  return new UserError('RV6504', message.replace(/\.$/, ''), 'see that the service starts with rolevm up before its patch is rehearsed');
}
