import type { KnownProcess } from '../../agents/host-agent/process-registry.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { toDrivePath } from '../../sandbox/drive-path.ts';
import { holderOf, type PatchTarget } from './patch-target.ts';

/** A file on a drive of an instance, which need not exist yet. */
export interface Place {
  readonly target: PatchTarget;
  readonly hostPath: string;
}

export interface Waiting {
  /** What is to be called once more inside the window. */
  readonly command: string;
  /** Whether to wait at all. */
  readonly waits: boolean;
  /** Waits until a process may have let go of its files; resolves false when the time is over. */
  readonly freed: () => Promise<boolean>;
}

/**
 * Resolves when no living process holds any of these files.
 *
 * @throws UserError RV4303 naming the holder, as Windows would refuse to write
 */
export async function untilFree(places: readonly Place[], waiting: Waiting): Promise<void> {
  for (let lock = lockOn(places); lock !== undefined; lock = lockOn(places)) {
    if (!waiting.waits || !(await waiting.freed())) throw held(lock, waiting);
  }
}

interface Lock {
  readonly holder: KnownProcess;
  readonly place: Place;
}

function lockOn(places: readonly Place[]): Lock | undefined {
  for (const place of places) {
    const holder = holderOf(place.target, place.hostPath);
    if (holder !== undefined) return { holder, place };
  }
  return undefined;
}

function held({ holder, place }: Lock, { command, waits }: Waiting): UserError {
  const file = toDrivePath(place.target.vmRoot, place.hostPath) ?? place.hostPath;
  return new UserError(
    'RV4303',
    `${file} is in use by ${holder.name} (${holder.pid}) of ${place.target.instance}${waits ? ' still' : ''}: Windows would refuse the copy (32, sharing violation)`,
    waits
      ? `end WaHostBootstrapper while ${command.replace('rolevm ', '')} --wait waits`
      : `end WaHostBootstrapper and copy inside the window: ${command} --wait, then rolevm kill WaHostBootstrapper --instance ${place.target.instance}`,
  );
}
