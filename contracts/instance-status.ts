/** InstanceStatus as the Service Management API spells it; meaning and order: AB 3.1. */
export const instanceStatuses = [
  'RoleStateUnknown',
  'CreatingVM',
  'StartingVM',
  'CreatingRole',
  'StartingRole',
  'BusyRole',
  'ReadyRole',
  'StoppingRole',
  'StoppingVM',
  'DeletingVM',
  'StoppedVM',
  'RestartingRole',
  'CyclingRole',
  'FailedStartingRole',
  'FailedStartingVM',
  'UnresponsiveRole',
] as const;

export type InstanceStatus = (typeof instanceStatuses)[number];

/** The words of the management portal (AB 3.1). */
export type PortalState = 'Unknown' | 'Initializing' | 'Busy' | 'Ready' | 'Recycling' | 'Stopping' | 'Stopped' | 'Unresponsive';

const portalStates: Record<InstanceStatus, PortalState> = {
  RoleStateUnknown: 'Unknown',
  CreatingVM: 'Initializing',
  StartingVM: 'Initializing',
  CreatingRole: 'Initializing',
  // The portal says Busy from the first startup task on (AB 3.2, phase 3).
  StartingRole: 'Busy',
  BusyRole: 'Busy',
  ReadyRole: 'Ready',
  StoppingRole: 'Stopping',
  StoppingVM: 'Stopping',
  DeletingVM: 'Stopping',
  StoppedVM: 'Stopped',
  RestartingRole: 'Recycling',
  CyclingRole: 'Recycling',
  FailedStartingRole: 'Recycling',
  FailedStartingVM: 'Initializing',
  UnresponsiveRole: 'Unresponsive',
};

/** What the management portal shows for a status of the API. */
export function portalState(status: InstanceStatus): PortalState {
  return portalStates[status];
}

/** The status a user means by `ready`, `ReadyRole`, `busyrole` …; undefined when there is none. */
export function instanceStatusNamed(text: string): InstanceStatus | undefined {
  const wanted = text.toLowerCase();
  return instanceStatuses.find((status) => {
    const name = status.toLowerCase();
    return name === wanted || name === `${wanted}role` || name === `${wanted}vm`;
  });
}
