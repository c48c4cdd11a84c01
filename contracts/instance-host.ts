/** Where an instance is, and what can be told of the host there. */
export interface InstanceHost {
  readonly updateDomain: number;
  readonly faultDomain: number;
  /** The physical server, as the fabric calls it: instances on one node go down together when their host does (AB 10.5). */
  readonly node: string;
  /** Of the WindowsAzureGuestAgent that was started last; missing before the first. */
  readonly agentVersion?: string;
  /** A sentence: the host has been awaited for longer than a platform that is well lets anybody wait (S1). */
  readonly platformFault?: string;
}

/** What the portal and the API say of a VM whose host is away (AB 3.1). */
export const waitingForHost = 'Waiting for Host';
