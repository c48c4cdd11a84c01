import type { Timings } from '../contracts/timings.ts';
import type { StartedProcess } from '../kernel/start-process.ts';
import { withLastLines } from '../logs/last-lines.ts';
import { wholeSeconds } from '../logs/whole-seconds.ts';
import type { DriveLayout } from '../sandbox/drive-layout.ts';
import type { StartupTask } from './startup-task.machine.ts';

/**
 * What the bootstrapper waits for, or has given up to wait for:
 * - `task`, `onStart`, `foreground`: it waits on, without limit (AB 1.2, 5.1)
 * - `onStop`, `exit`: the role host's time is over, it is killed (AB 3.4)
 * - `kill`: not even that has ended it
 */
export type Awaited = 'task' | 'onStart' | 'foreground' | 'onStop' | 'exit' | 'kill';

/** Of whom a sentence may speak. */
export interface AwaitedFrom {
  readonly host: string;
  readonly hostProcess: StartedProcess | undefined;
  readonly tasks: readonly { readonly task: StartupTask; readonly process: StartedProcess | undefined }[];
}

/** One sentence on a wait: what for, from whom, for how long in Azure time, with the last lines of that one. */
export function waitText(what: Awaited, { host, hostProcess, tasks }: AwaitedFrom, timings: Timings, layout: DriveLayout): string {
  const longWait = wholeSeconds(timings.longWaitMs);
  const named = hostProcess === undefined ? host : `${host} (${hostProcess.pid})`;
  const ofHost = (sentence: string) => withLastLines(sentence, layout.hostOutput(host).host);
  const ofTasks = (sentence: (names: string) => string) => {
    const names = tasks
      .map(({ task, process }) => `"${task.model.commandLine}"${process === undefined ? '' : ` (${process.pid})`}`)
      .join(', ');
    const first = tasks[0]?.task;
    return first === undefined
      ? sentence('a startup task')
      : withLastLines(sentence(names), layout.taskOutput(first.index, first.model.commandLine).host);
  };
  switch (what) {
    case 'task':
      return ofTasks((names) => `Startup task ${names} runs for ${longWait} now; the role waits for its end without limit.`);
    case 'foreground':
      return ofTasks(
        (names) => `The role cannot end: foreground task ${names} still runs ${longWait} after it; it is waited for without limit.`,
      );
    case 'onStart':
      return ofHost(`${named} has not returned from OnStart for ${longWait}; it is waited for without limit.`);
    case 'onStop':
      return ofHost(`${named} has not returned from OnStop after ${wholeSeconds(timings.onStopMs)}; it is killed.`);
    case 'exit':
      return ofHost(`${named} has not ended ${wholeSeconds(timings.hostExitMs)} after OnStop returned; it is killed.`);
    case 'kill':
      return `${named} was killed and has not ended after ${wholeSeconds(timings.hostExitMs)}; the role ends without it.`;
  }
}
