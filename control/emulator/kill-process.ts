import treeKill from 'tree-kill';
import type { KillRequest, KillResult, PsEntry } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { killIdentity, type ProcessIdentity, processIdentity } from '../../kernel/process-table/index.ts';
import { meantProcesses } from './meant-processes.ts';

/**
 * Ends processes as Task Manager's "End task" does, with `tree` as "End process tree": at once, by SIGKILL.
 *
 * A name ends every process of that name, as `taskkill /im`. What has gone since it was looked at is not hit, nor is another process
 * that got its pid.
 *
 * @param told resolves when the end of these processes has been noticed, or after a while
 * @throws UserError RV4201 when nothing is meant, RV4202 when all of it had gone
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
  const killed = [];
  for (const { process, identity } of bound) {
    const done = request.tree === true ? await killTree(identity) : killIdentity(identity, 'SIGKILL');
    if (done) killed.push({ instance: process.instance, name: process.name, pid: process.pid });
  }
  if (killed.length === 0) throw new UserError('RV4202', `${request.target} had ended before it could be killed`, 'look with rolevm ps');
  // So that who asks for the status next does not see the role as it was before.
  await noticed;
  return { killed };
}

async function killTree(root: ProcessIdentity): Promise<boolean> {
  if (processIdentity(root.pid)?.startTicks !== root.startTicks) return false;
  await new Promise<void>((resolve, reject) => treeKill(root.pid, 'SIGKILL', (error) => (error ? reject(error) : resolve())));
  return true;
}
