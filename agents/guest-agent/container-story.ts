import type { GoalState } from '../../contracts/links.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import { agentLine } from '../../logs/formats/agent-line.ts';
import { keepFormer } from '../../logs/keep-former.ts';
import { lastLines } from '../../logs/last-lines.ts';
import { type Log, openLog } from '../../logs/open-log.ts';

/** What Azure calls the end of a VM that the platform stops in order (S1): by it a host update is known afterwards. */
const context = 'Context="StopContainer()"';

export interface ContainerStory {
  goal(goal: GoalState): void;
  /** The role has ended as the goal said. */
  roleStopped(): void;
}

/** Tells in AppAgentRuntime.log that the role is stopped for its VM's sake (AB 7.2). */
export function containerStory(vm: VmDocument, runtime: Log): ContainerStory {
  let stops = false;
  return {
    goal: ({ stopsContainer = false }) => {
      if (stopsContainer && !stops) {
        runtime.info(`Context_Start, ${context}, Container=${vm.deploymentId}`);
        runtime.info(`Stopping role ${vm.instanceId}, deadline ${Math.round(vm.timings.onStopMs / 1_000)} s`);
      }
      stops = stopsContainer;
    },
    roleStopped: () => {
      if (stops) runtime.info(`Context_End, ${context}, Result=0x0`);
      stops = false;
    },
  };
}

/**
 * Opens AppAgentRuntime.log. One that ends with the stop of its container is over: it becomes `.old`, where articles tell their readers
 * to look for that stop (S1), and the present one begins with the start of Windows. Earlier ones are `.old.<nnn>`.
 *
 * @param file host path
 */
export function openRuntimeLog(file: string): Log {
  const isOver = lastLines(file).some((line) => line.includes(context));
  if (isOver) keepFormer(`${file}.old`, `${file}.old.`);
  return openLog({ file, format: agentLine, ...(isOver ? { fresh: 'old' } : {}) });
}
