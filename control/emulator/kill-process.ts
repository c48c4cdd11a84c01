import treeKill from 'tree-kill';
import type { KillRequest, KillResult, PsEntry } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { isAlive, killIdentity, type ProcessIdentity, processIdentity } from '../../kernel/process-table/index.ts';
import { meantProcesses } from './meant-processes.ts';

/**
 * Ends processes as Task Manager's "End task" does, with `tree` as "End process tree": at once, by SIGKILL.
 *
 * A name ends every process of that name, as `taskkill /im`. What has gone since it was looked at is not hit, nor is another process
 * that got its pid.
 *
 * @param told resolves when the end of these processes has been noticed, or after a while
 * @throws UserError RV4201 when nothing is meant, RV4202 when all of it had gone, RV4203 when one of it does not end
 */
export async function killProcess(
  request: KillRequest,
  list: () => readonly PsEntry[],
  told: (pids: readonly number[]) => Promise<void>,
): Promise<KillResult> {
  const meant = meantProcesses(request, list());
  const bound = meant.flatMap((process) => {
    const identity = processIdentity(process.pid);
    return identity === undefined ? [] : [{ process, identity }];
  });
  const noticed = told(bound.map(({ identity }) => identity.pid));
  const killed: KillResult['killed'][number][] = [];
  for (const { process, identity } of bound) {
    const done = request.tree === true ? await killTree(identity) : killIdentity(identity, 'SIGKILL');
    if (done) killed.push({ instance: process.instance, name: process.name, pid: process.pid });
  }
  if (killed.length === 0) throw new UserError('RV4202', `${request.target} had ended before it could be killed`, 'look with rolevm ps');
  // So that who asks for the status next does not see the role as it was before.
  await noticed;
  const stuck = await thoseThatStay(bound.filter(({ identity }) => killed.some(({ pid }) => pid === identity.pid)));
  if (stuck.length > 0) throw notEnded(stuck.map(({ process }) => process));
  return { killed };
}

/** A kill takes the system milliseconds, unless the process waits for a device. @returns those that are still there then */
async function thoseThatStay<Bound extends { readonly identity: ProcessIdentity }>(bound: readonly Bound[]): Promise<readonly Bound[]> {
  const deadline = performance.now() + emulatorMs.endReported;
  for (let left = bound; ; left = left.filter(({ identity }) => isAlive(identity))) {
    if (left.length === 0 || performance.now() > deadline) return left;
    if (left !== bound) await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}

const lookAgainMs = 2;

function notEnded(processes: readonly PsEntry[]): UserError {
  const names = processes.map(({ name, pid, instance }) => `${name} (${pid}) of ${instance}`).join(', ');
  return new UserError(
    'RV4203',
    `${names} was killed and has not ended after ${emulatorMs.endReported / 1_000} s: it waits for a device`,
    'it ends as soon as that answers; look with rolevm ps',
  );
}

async function killTree(root: ProcessIdentity): Promise<boolean> {
  if (processIdentity(root.pid)?.startTicks !== root.startTicks) return false;
  await new Promise<void>((resolve, reject) => treeKill(root.pid, 'SIGKILL', (error) => (error ? reject(error) : resolve())));
  return true;
}
