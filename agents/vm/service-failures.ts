import type { DoorAnswer, FailingCall } from '../../contracts/vm-door.ts';

/** Win32 errors of the service control manager (BT 3.3, 3.4, W). */
export const codes = {
  fileNotFound: 2,
  accessDenied: 5,
  invalidParameter: 87,
  diskFull: 112,
  invalidName: 123,
  dependentsRun: 1051,
  alreadyRunning: 1056,
  disabled: 1058,
  circular: 1059,
  doesNotExist: 1060,
  cannotAcceptControl: 1061,
  notActive: 1062,
  dependencyFailed: 1068,
  markedForDeletion: 1072,
  exists: 1073,
  dependencyMissing: 1075,
  duplicateName: 1078,
  shutdownInProgress: 1115,
  noSystemResources: 1450,
} as const;

export function failed(call: FailingCall, code: number, detail?: string): DoorAnswer {
  return { done: false, call, code, ...(detail === undefined ? {} : { detail }) };
}
