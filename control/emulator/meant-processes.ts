import type { PsEntry } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { withoutExe } from '../../contracts/process-names.ts';

/** What a user names: a process by name, with or without .exe and in any case, or by pid. */
export interface Meant {
  readonly target: string;
  readonly instance?: string | undefined;
}

/**
 * The processes that a user means: a name means every process of that name, as for `taskkill /im`.
 *
 * @throws UserError RV4201 when there is none
 */
export function meantProcesses(meant: Meant, processes: readonly PsEntry[]): readonly PsEntry[] {
  const found = processes.filter((process) => isMeant(process, meant));
  if (found.length === 0) throw notFound(meant, processes);
  return found;
}

function isMeant(process: PsEntry, { target, instance }: Meant): boolean {
  if (instance !== undefined && process.instance.toLowerCase() !== instance.toLowerCase()) return false;
  return /^\d+$/.test(target)
    ? process.pid === Number(target)
    : withoutExe(process.name).toLowerCase() === withoutExe(target).toLowerCase();
}

function notFound({ target, instance }: Meant, processes: readonly PsEntry[]): UserError {
  const where = instance === undefined ? '' : ` in ${instance}`;
  const names = [...new Set(processes.map((process) => process.name))].join(', ');
  return new UserError(
    'RV4201',
    `no process ${target} runs${where}`,
    names === '' ? 'nothing runs at present; see rolevm status' : `running: ${names}; see rolevm ps`,
  );
}
