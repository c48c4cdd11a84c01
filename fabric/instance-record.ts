import path from 'node:path';
import type { InstanceEntry } from '../contracts/control-api.ts';
import { type InstanceStatus, portalState } from '../contracts/instance-status.ts';
import type { StorageUse } from '../contracts/storage-use.ts';
import type { RoleDriveLetter, VmDocument } from '../contracts/vm-document.ts';

/** What the fabric knows of one instance's status. */
export interface InstanceRecord {
  /** @returns whether anything is new */
  enter(status: InstanceStatus, details: string, restartAt: string | undefined, vmRestartAt?: string): boolean;
  /** The host has been away for too long; until anything else is entered. @param text a sentence for the user */
  hostOverdue(text: string): void;
  /** All directories of LocalStorage that hold more than they may. */
  storage(over: readonly StorageUse[]): void;
  readonly entry: () => Omit<InstanceEntry, 'node'>;
}

/** @param letter of the role's drive now */
export function instanceRecord(
  vm: VmDocument,
  vmRoot: string,
  letter: () => RoleDriveLetter,
  now: () => Date = () => new Date(),
): InstanceRecord {
  let state: InstanceStatus = 'RoleStateUnknown';
  let details = '';
  let restartAt: string | undefined;
  let vmRestartAt: string | undefined;
  let platformFault: string | undefined;
  let overQuota: readonly StorageUse[] = [];
  let since = now().toISOString();
  let starts = 0;
  return {
    enter: (nextState, nextDetails, nextRestartAt, nextVmRestartAt) => {
      const same = nextState === state && nextDetails === details && nextRestartAt === restartAt && nextVmRestartAt === vmRestartAt;
      if (same) return false;
      if (nextState !== state) since = now().toISOString();
      // Every start of the role passes through CreatingRole; a retry of a start that failed there counts as well.
      if (nextState === 'CreatingRole' && state !== 'CreatingRole') starts += 1;
      state = nextState;
      details = nextDetails;
      restartAt = nextRestartAt;
      vmRestartAt = nextVmRestartAt;
      platformFault = undefined;
      return true;
    },
    hostOverdue: (text) => {
      platformFault = text;
    },
    storage: (over) => {
      overQuota = over;
    },
    entry: () => ({
      name: vm.instanceId,
      role: vm.roleName,
      state,
      portalState: portalState(state),
      details,
      since,
      recycles: Math.max(0, starts - 1),
      updateDomain: vm.updateDomain,
      faultDomain: vm.faultDomain,
      ...(restartAt === undefined ? {} : { restartAt }),
      ...(vmRestartAt === undefined ? {} : { vmRestartAt }),
      ...(platformFault === undefined ? {} : { platformFault }),
      ...(overQuota.length === 0 ? {} : { overQuota }),
      drives: { C: path.join(vmRoot, 'C'), D: path.join(vmRoot, 'D'), [letter()]: path.join(vmRoot, letter()) },
    }),
  };
}
