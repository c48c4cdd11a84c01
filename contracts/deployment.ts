import type { HostGoal } from './host-goal.ts';

/** A deployment as the fabric stores it in `deployment.json` of the state directory. */
export interface DeploymentDocument {
  readonly formatVersion: 1;
  /** 32 hexadecimal digits, as Azure's private id. */
  readonly id: string;
  readonly serviceName: string;
  /** Absolute path of what was given to `up`: a folder, a .csx folder or a .cspkg file. */
  readonly servicePath: string;
  readonly configurationPath: string;
  /** Digest of the package's content: another one means that the application drives are rebuilt. */
  readonly packageDigest: string;
  readonly createdAt: string;
  /**
   * running while `up` has it; stopped after an orderly end; restored when its drives were put back to a snapshot since. Found running at the
   * start of `up` means power loss.
   */
  readonly lifecycle: 'running' | 'stopped' | 'restored';
  /** Processes of the last run, for cleaning up after a power loss. */
  readonly instances: readonly string[];
  /** What each is to become: an event that a killed emulator has begun is brought to its end by the next one. */
  readonly goals?: Readonly<Record<string, HostGoal>>;
  /** The node that each is on. */
  readonly nodes?: Readonly<Record<string, string>>;
}

/** Status of a deployment as the Service Management API spells it (D-rest). */
export type DeploymentStatus = 'Deploying' | 'Running' | 'RunningTransitioning' | 'Suspending' | 'Suspended' | 'Starting';

/** Variable that marks the services of a deployment's VMs, as RoleDeploymentID marks the processes of its jobs. */
export const deploymentMarker = 'ROLEVM_DEPLOYMENT';

/** Variable that marks what a user has started in the environment of a role: it carries the role's variables, but belongs to no job. */
export const sessionMarker = 'ROLEVM_SESSION';
