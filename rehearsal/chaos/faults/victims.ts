import type { PsEntry } from '../../../contracts/control-api.ts';
import { type ProcessIdentity, processIdentity } from '../../../kernel/process-table/index.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Target } from '../target.ts';

/** A process of an instance, bound to its start time. */
export interface Victim extends ProcessIdentity {
  readonly instance: string;
  readonly name: string;
}

/** The processes of all instances in an order that a seed can rely on: pids are others in each run. */
export async function victims(target: Target): Promise<readonly Victim[]> {
  const processes = await target.ask('GET /ps');
  const keys = (process: PsEntry) => `${process.instance} ${process.name} ${process.startedAt}`;
  return [...processes]
    .sort((a, b) => keys(a).localeCompare(keys(b), 'en'))
    .flatMap(({ instance, name, pid }) => {
      const identity = processIdentity(pid);
      return identity === undefined ? [] : [{ ...identity, instance, name }];
    });
}

/** @returns a process of these names, of any name without them; undefined when there is none */
export async function oneOf(target: Target, choose: Random, names?: readonly string[]): Promise<Victim | undefined> {
  const found = (await victims(target)).filter(({ name }) => names === undefined || names.includes(name));
  return found.length === 0 ? undefined : choose.pick(found);
}

export function nameOf({ instance, name, pid }: Victim): string {
  return `${instance}: ${name} (${pid})`;
}
