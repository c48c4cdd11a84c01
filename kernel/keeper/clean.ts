import { rm } from 'node:fs/promises';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { type EndedProcess, endJob, JobNotEndedError } from '../job-object/index.ts';
import type { ToKeeper } from './link.ts';

interface Cleaned {
  readonly ended: EndedProcess[];
  readonly survivors: EndedProcess[];
}

/**
 * Ends what is left below this process and what carries a marker, then removes what was told of.
 *
 * @param exclude pids of children that are left alone with everything below them
 */
export async function clean(told: readonly ToKeeper[], exclude: readonly number[]): Promise<Cleaned> {
  const cleaned: Cleaned = { ended: [], survivors: [] };
  const deadline = performance.now() + emulatorMs.keeperCleaned;
  for (const message of told) {
    if (message.type !== 'keeper.end') continue;
    await endJob({ exclude, marker: message.marker }, Math.max(0, deadline - performance.now())).then(
      (ended) => cleaned.ended.push(...ended),
      (error: unknown) => {
        if (!(error instanceof JobNotEndedError)) throw error;
        cleaned.ended.push(...error.ended);
        cleaned.survivors.splice(0, Infinity, ...error.survivors);
      },
    );
  }
  for (const message of told) {
    // Whatever cannot be removed is found by the next run.
    if (message.type === 'keeper.remove') await rm(message.path, { recursive: true, force: true }).catch(() => undefined);
  }
  return cleaned;
}
