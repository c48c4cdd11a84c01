import type { DebuggedProcess, DebugState } from '../../../contracts/control-api.ts';
import { UserError } from '../../../contracts/diagnostic.ts';
import {
  breakIn,
  connectInspector,
  type InspectorSession,
  type InspectorTarget,
  isBrokenInto,
  letGo,
  NoInspectorError,
  openInspector,
} from '../../../kernel/inspector/index.ts';
import { isAlive, killIdentity, type ProcessIdentity, readProcess } from '../../../kernel/process-table/index.ts';

/** A process of a VM that may be stopped. */
export interface Debuggable extends ProcessIdentity {
  readonly instance: string;
  readonly name: string;
  /** It is Node and was started to be debugged; any other program may end by the request to open an inspector. */
  readonly played: boolean;
}

/** What is known of a process that a debugger is at, or that is suspended. */
export type DebugMark = Pick<DebuggedProcess, 'state' | 'since' | 'inspector'>;

/**
 * Stops processes, lets them go on, and remembers which ones. A session is held here for each process that is broken into: one that is
 * stopped goes on as soon as its last debugger leaves, and the command that asked for it ends at once.
 */
export interface DebugDesk {
  /** Stops it: a played process in its inspector, any other program by a signal. @throws UserError RV4501, RV4503 */
  breakInto(process: Debuggable): Promise<void>;
  /** Opens its inspector for another debugger. @throws UserError RV4501, RV4504 */
  attach(process: Debuggable): Promise<void>;
  /** Lets it go on and closes its inspector, whoever has stopped it; nothing for a process that just runs. */
  detach(process: Debuggable): Promise<void>;
  /** Finds out what other debuggers have done through the inspectors that are open. */
  look(): Promise<void>;
  /** @returns undefined for a process that just runs */
  markOf(pid: number): DebugMark | undefined;
}

interface Hold {
  readonly process: Debuggable;
  readonly target: InspectorTarget;
  readonly state: 'broken into' | 'attached';
  readonly since: string;
  /** While it is broken into from here. */
  readonly session?: InspectorSession;
}

/** @param tell hears of every change */
export function debugDesk(tell: (process: Debuggable, state: DebugState) => void): DebugDesk {
  const holds = new Map<number, Hold>();
  const suspendedAt = new Map<number, string>();
  const now = () => new Date().toISOString();
  const enter = (hold: Omit<Hold, 'since'>) => {
    const { pid } = hold.process;
    const before = holds.get(pid)?.state;
    holds.set(pid, { ...hold, since: now() });
    if (hold.state !== before) tell(hold.process, hold.state);
  };
  const heldBy = (pid: number, session: () => InspectorSession | undefined) => {
    const hold = holds.get(pid);
    return hold?.session !== undefined && hold.session === session() ? hold : undefined;
  };

  const breakHeld = async ({ process, target }: Hold): Promise<void> => {
    let session: InspectorSession | undefined;
    const own = () => heldBy(process.pid, () => session);
    session = await breakIn(target, {
      resumed: () => {
        // Another debugger has let it go on. A session that stays would keep Node from ending.
        if (own() === undefined) return;
        enter({ process, target, state: 'attached' });
        session?.close();
      },
      closed: () => {
        if (own() === undefined) return;
        holds.delete(process.pid);
        if (isAlive(process)) tell(process, 'running');
      },
    });
    enter({ process, target, state: 'broken into', session });
  };
  const open = async (process: Debuggable): Promise<Hold> => {
    const held = holds.get(process.pid);
    if (held?.process.startTicks === process.startTicks) return held;
    const hold = { process, target: await openInspector(process), state: 'attached', since: now() } as const;
    holds.set(process.pid, hold);
    return hold;
  };

  return {
    breakInto: (process) => {
      if (process.played) return refusable(process, async () => breakOnce(await open(process), breakHeld));
      suspend(process);
      suspendedAt.set(process.pid, now());
      tell(process, 'suspended');
      return Promise.resolve();
    },
    attach: (process) =>
      refusable(process, async () => {
        if (!process.played) throw notPlayed(process);
        const known = holds.has(process.pid);
        await open(process);
        if (!known) tell(process, 'attached');
      }),
    detach: async (process) => {
      const hold = holds.get(process.pid);
      const suspended = isSuspended(process.pid);
      if (hold === undefined && !suspended) return;
      // Forgotten first: its going on is no news then.
      holds.delete(process.pid);
      suspendedAt.delete(process.pid);
      if (suspended) killIdentity(process, 'SIGCONT');
      if (hold !== undefined) await release(hold);
      tell(process, 'running');
    },
    look: async () => {
      for (const hold of [...holds.values()]) {
        if (hold.session !== undefined) continue;
        const broken = isSuspended(hold.process.pid) ? false : await isBrokenInto(hold.target);
        if (holds.get(hold.process.pid) !== hold) continue;
        if (broken === undefined) holds.delete(hold.process.pid);
        else if (broken !== (hold.state === 'broken into')) enter({ ...hold, state: broken ? 'broken into' : 'attached' });
      }
    },
    markOf: (pid) => {
      const hold = holds.get(pid);
      const inspector = hold === undefined ? {} : { inspector: urlsOf(hold.target) };
      if (isSuspended(pid)) return { state: 'suspended', since: suspendedAt.get(pid) ?? now(), ...inspector };
      return hold === undefined || !isAlive(hold.process) ? undefined : { state: hold.state, since: hold.since, ...inspector };
    },
  };
}

async function breakOnce(hold: Hold, breakHeld: (hold: Hold) => Promise<void>): Promise<void> {
  if (hold.session === undefined) await breakHeld(hold);
}

/** The process may end meanwhile, or another debugger may have closed its inspector. */
async function release({ process, target, session }: Hold): Promise<void> {
  try {
    await letGo(session ?? (await connectInspector(target)));
  } catch (error) {
    if (isAlive(process) && session !== undefined && !session.closed()) throw error;
  }
}

function urlsOf({ webSocketUrl, devtoolsUrl }: InspectorTarget): NonNullable<DebugMark['inspector']> {
  return { webSocketUrl, devtoolsUrl };
}

/** By a signal: `t` is the stop of a debugger of the system's own. */
function isSuspended(pid: number): boolean {
  return ['T', 't'].includes(readProcess(pid)?.state ?? '');
}

function suspend(target: Debuggable): void {
  if (process.platform === 'win32') {
    throw new UserError(
      'RV4503',
      `${target.name} (${target.pid}) is not played by rolevm, and Windows has no signal that suspends a program`,
      'suspend it with a debugger of its own',
    );
  }
  killIdentity(target, 'SIGSTOP');
}

async function refusable(process: Debuggable, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof NoInspectorError)) throw error;
    throw new UserError(
      'RV4501',
      `no debugger gets into ${process.name} (${process.pid}) of ${process.instance}: ${error.message}`,
      'look with rolevm ps; what is suspended goes on by rolevm debug detach',
    );
  }
}

function notPlayed({ name, pid }: Debuggable): UserError {
  return new UserError(
    'RV4504',
    `${name} (${pid}) is a program of the role, without an inspector that rolevm could open`,
    `suspend it with rolevm debug break ${pid}, or start it with a debugger of its own`,
  );
}
