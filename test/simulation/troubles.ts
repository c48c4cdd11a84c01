import type { TaskType } from '../../contracts/role-model.ts';
import type { Random } from '../../kernel/random.ts';

/** What the code of a role does in one life of its host. */
export interface RoleCode {
  readonly loadMs: number;
  readonly load: 'loads' | 'throws';
  readonly onStartMs: number;
  readonly onStart: 'true' | 'false' | 'throws';
  /** `blocks` is what Run has to do; anything else happens after `runMs`. */
  readonly run: 'blocks' | 'returns' | 'throws' | 'uncaught';
  readonly runMs: number;
  readonly onStopMs: number;
  readonly onStop: 'returns' | 'throws';
  /** From its last word, when it is stopped, to its exit. */
  readonly exitMs: number;
}

/** What the program of one startup task does. */
export interface TaskCode {
  /** Undefined: it stays until it is ended. */
  readonly ms: number | undefined;
  readonly code: number;
  readonly leavesDaemon: boolean;
}

/** What goes wrong at the next occasions; each number counts down to 0. */
export interface Troubles {
  createVm: number;
  prepareGuest: number;
  layAgent: number;
  readRole: number;
  /** Starts that fail because the program is not there, and starts that are slow, by name. */
  readonly notStarted: Map<string, number>;
  readonly slowStart: Map<string, number>;
  readonly roleCode: Partial<RoleCode>[];
  readonly taskCode: Partial<TaskCode>[];
}

export function noTrouble(): Troubles {
  return {
    createVm: 0,
    prepareGuest: 0,
    layAgent: 0,
    readRole: 0,
    notStarted: new Map(),
    slowStart: new Map(),
    roleCode: [],
    taskCode: [],
  };
}

/** Takes one of so many. */
export function takeOne(counts: Map<string, number>, name: string): boolean {
  const left = counts.get(name) ?? 0;
  if (left > 0) counts.set(name, left - 1);
  return left > 0;
}

export function roleCode(noise: Random, trouble: Partial<RoleCode> | undefined): RoleCode {
  return {
    loadMs: noise.between(1, 200),
    load: 'loads',
    onStartMs: noise.between(0, 3_000),
    onStart: 'true',
    run: 'blocks',
    runMs: 0,
    onStopMs: noise.between(0, 3_000),
    onStop: 'returns',
    exitMs: noise.between(0, 10),
    ...trouble,
  };
}

export function taskCode(noise: Random, type: TaskType, trouble: Partial<TaskCode> | undefined): TaskCode {
  // A foreground task that never ended would hold up every stop for ever (AB 5.1).
  const longestMs = { simple: 3_000, foreground: 40_000, background: 40_000 }[type];
  const stays = type === 'background' && noise.chance(0.7);
  return {
    ms: stays ? undefined : noise.between(20, longestMs),
    code: type === 'simple' ? 0 : noise.whole(0, 1),
    leavesDaemon: noise.chance(0.1),
    ...trouble,
  };
}
