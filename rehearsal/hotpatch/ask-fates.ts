import type { StateFile } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import type { InstancePlan } from '../../contracts/event-plan.ts';
import { vmEvents } from '../../contracts/events.ts';
import type { HotpatchFate } from '../../contracts/hotpatch-report.ts';
import { request } from '../../control/client.ts';

/**
 * What each event would make of a patched file.
 *
 * @returns undefined when the emulator cannot tell, as one of an earlier version
 */
export async function askFates(emulator: StateFile, instance: string, drivePath: string): Promise<readonly HotpatchFate[] | undefined> {
  try {
    const fates: HotpatchFate[] = [];
    for (const event of vmEvents) {
      const { instances } = await request(emulator, 'POST /plan', { event, instance });
      fates.push({ event, becomes: fateOf(drivePath, instances) });
    }
    return fates;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function fateOf(drivePath: string, plans: readonly InstancePlan[]): HotpatchFate['becomes'] {
  const files = plans.flatMap(({ drives }) => drives.flatMap((drive) => drive.files));
  return files.find(({ file }) => file.toLowerCase() === drivePath.toLowerCase())?.becomes ?? 'stays';
}
