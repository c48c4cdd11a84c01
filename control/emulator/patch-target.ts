import type { KnownProcess } from '../../agents/host-agent/process-registry.ts';
import type { RunningInstance } from '../../fabric/fabric-controller.ts';
import { toDrivePath } from '../../sandbox/drive-path.ts';

/** An instance as patching and watching see it. */
export interface PatchTarget {
  readonly instance: string;
  readonly vmRoot: string;
  readonly roleDrive: 'E' | 'F';
  /** Living processes with the files they hold. */
  holders(): readonly KnownProcess[];
  /** As in InstanceEntry: only inside the restart window. */
  restartAt(): string | undefined;
}

export function patchTarget({ vm, vmRoot, entry, processes }: RunningInstance): PatchTarget {
  return { instance: vm.instanceId, vmRoot, roleDrive: vm.roleDrive, holders: processes, restartAt: () => entry().restartAt };
}

/** The living process that has a file loaded, as Windows would name it in a sharing violation; undefined when nobody has. */
export function holderOf(target: PatchTarget, hostPath: string): KnownProcess | undefined {
  const drivePath = toDrivePath(target.vmRoot, hostPath)?.toLowerCase();
  return target.holders().find((process) => process.holds?.some((file) => file.toLowerCase() === drivePath));
}
