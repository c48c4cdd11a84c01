import type { FeedItem } from '../../contracts/control-api.ts';
import { describeExit, type ExitCause } from '../../contracts/exit-cause.ts';
import type { HotpatchTask } from '../../contracts/hotpatch-report.ts';
import type { InstanceStatus } from '../../contracts/instance-status.ts';
import type { TaskModel } from '../../contracts/role-model.ts';

interface StartedTask {
  /** Place in the role model, from 0. */
  readonly index: number;
  readonly pid: number;
  readonly ended?: ExitCause;
}

/** The first start of a role after its bootstrapper was killed, as far as it has come. Times are milliseconds since 1970. */
export interface RoleStart {
  readonly bootstrapper?: { readonly pid: number; readonly at: number };
  readonly tasks: readonly StartedTask[];
  readonly host?: { readonly name: string; readonly pid: number; readonly at: number };
  readonly readyAt?: number;
  /** The role has stopped again, or the VM restarts. */
  readonly failure?: { readonly at: number; readonly state: InstanceStatus; readonly details: string };
}

export const notStarted: RoleStart = { tasks: [] };

export const roleHosts: readonly string[] = ['WaWorkerHost', 'WaIISHost', 'WaWebHost'];

const givenUp: ReadonlySet<InstanceStatus> = new Set<InstanceStatus>([
  'RestartingRole',
  'CyclingRole',
  'FailedStartingRole',
  'StoppingRole',
]);
const vmGone: ReadonlySet<InstanceStatus> = new Set<InstanceStatus>(['StoppingVM', 'StoppedVM', 'DeletingVM', 'CreatingVM', 'StartingVM']);

/** The start with what one item of the feed adds to it. */
export function observeStart(start: RoleStart, instance: string, item: FeedItem): RoleStart {
  const at = Date.parse(item.at);
  if (item.type === 'status' && item.instance.name === instance) return withState(start, at, item.instance);
  if (item.type === 'process.started' && item.instance === instance) return withStarted(start, at, item);
  if (item.type === 'process.ended' && item.instance === instance) {
    if (start.tasks.every(({ pid }) => pid !== item.pid)) return start;
    return { ...start, tasks: start.tasks.map((task) => (task.pid === item.pid ? { ...task, ended: item.cause } : task)) };
  }
  return start;
}

function withState(start: RoleStart, at: number, { state, details }: { state: InstanceStatus; details: string }): RoleStart {
  if (start.failure !== undefined) return start;
  if (vmGone.has(state)) return { ...start, failure: { at, state, details } };
  // Before the bootstrapper is there again the state is that of the role that was killed.
  if (start.bootstrapper === undefined) return start;
  if (givenUp.has(state)) return { ...start, failure: { at, state, details } };
  return state === 'ReadyRole' && start.readyAt === undefined ? { ...start, readyAt: at } : start;
}

function withStarted(start: RoleStart, at: number, { name, pid, task }: Extract<FeedItem, { type: 'process.started' }>): RoleStart {
  if (name === 'WaHostBootstrapper') return start.bootstrapper === undefined ? { ...start, bootstrapper: { pid, at } } : start;
  // A second start is not looked at: the first one has shown what the patch does.
  if (start.bootstrapper === undefined || start.failure !== undefined) return start;
  if (task !== undefined) return { ...start, tasks: [...start.tasks, { index: task.index, pid }] };
  return roleHosts.includes(name) && start.host === undefined ? { ...start, host: { name, pid, at } } : start;
}

/**
 * What became of each startup task in a start.
 *
 * @param lastLines the last lines that the task of this index has printed
 */
export function taskRuns(
  tasks: readonly TaskModel[],
  start: RoleStart,
  lastLines: (index: number) => readonly string[],
): readonly HotpatchTask[] {
  return tasks.map(({ commandLine, taskType }, index) => {
    const run = start.tasks.find((task) => task.index === index);
    const ended = run?.ended;
    const repeatable = taskType !== 'simple' || ended === undefined || (ended.kind === 'exited' && ended.code === 0);
    return {
      commandLine,
      taskType,
      ranAgain: run !== undefined,
      ...(ended === undefined ? {} : { ended: describeExit(ended) }),
      repeatable,
      ...(repeatable ? {} : { lastLines: lastLines(index) }),
    };
  });
}
