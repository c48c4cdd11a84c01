import { describeExit, type ExitCause } from '../contracts/exit-cause.ts';
import type { FromHost } from '../contracts/links.ts';
import type { StartupTask } from './startup-task.machine.ts';

/** InstanceStateDetails after a failed startup task: the task, how it ended, and the moment. */
export function taskFailedText(task: StartupTask, ended: string): string {
  return `Role has encountered an error and has stopped. Startup task "${task.model.commandLine}" ${ended}. ${lastExitTime(new Date())}`;
}

/** InstanceStateDetails after the host's end: what role code said, or the bare exit code (AB 3.1, 1.3). */
export function hostEndedText(cause: ExitCause, lastWords: Extract<FromHost, { type: 'host.failed' }> | undefined): string {
  return `${reason(cause, lastWords)} ${lastExitTime(new Date())}`;
}

function reason(cause: ExitCause, lastWords: Extract<FromHost, { type: 'host.failed' }> | undefined): string {
  switch (lastWords?.phase) {
    case 'load':
      return `Role entrypoint could not be created: ${lastWords.detail}`;
    case 'onStart':
    case 'run':
    case 'onStop':
      return `Unhandled Exception: ${lastWords.detail}`;
    case 'onStartFalse':
    case 'program':
      return `Role has encountered an error and has stopped. ${lastWords.detail}`;
    case undefined:
      return cause.code === undefined ? `Role host ${describeExit(cause)}.` : `Exited with error code ${cause.code}.`;
  }
}

/** `Last exit time: [2018/08/12, 11:28:39.434].` (AB 3.1), in UTC. */
function lastExitTime(at: Date): string {
  const [day, time] = at.toISOString().split('T');
  return `Last exit time: [${day?.replaceAll('-', '/')}, ${time?.replace('Z', '')}].`;
}
