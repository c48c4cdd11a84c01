import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from '../../kernel/process-table/index.ts';

/** Real milliseconds: at speed 20 a tenth of an Azure second. */
const lookMs = 5;

/**
 * Resolves when the process is gone. The system is asked, not the feed: a paused agent tells nobody's end.
 *
 * @throws AbortError
 */
export async function untilGone(process: ProcessIdentity, signal: AbortSignal): Promise<void> {
  while (isAlive(process)) await pause(lookMs, undefined, { signal });
}
