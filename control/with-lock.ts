import { randomUUID } from 'node:crypto';
import { processIdentity } from '../kernel/process-table/index.ts';
import { acquireOwnerLock } from './owner-lock.ts';

/**
 * Does something to a state directory over which no emulator runs; none can start meanwhile.
 *
 * @throws UserError RV4110 when one runs or starts
 */
export async function withLock<Result>(stateDirectory: string, act: () => Promise<Result>): Promise<Result> {
  const { pid } = process;
  const lock = acquireOwnerLock(stateDirectory, { pid, startTicks: processIdentity(pid)?.startTicks ?? '', token: randomUUID() });
  try {
    return await act();
  } finally {
    lock.release();
  }
}
