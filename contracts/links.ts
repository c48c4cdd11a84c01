import * as z from 'zod/mini';
import { agentVersionForm } from './agent-version.ts';
import { exitCause, toldText } from './exit-cause.ts';
import { faultNames } from './faults.ts';
import { instanceStatuses } from './instance-status.ts';
import { mostStorages, storageUse } from './storage-use.ts';

/**
 * What crosses between a played process and the one above it. Down go goals and questions, up go reports (design: goal state
 * flows down, status flows up). A receiver checks each message on arrival and ignores what it does not know.
 */

const text = z.string().check(z.maxLength(20_000));
const count = z.int().check(z.nonnegative());

/** What the fabric wants of one instance. `incarnation` rises with each change; older goals are ignored. */
export const goalState = z.object({
  incarnation: count,
  expectedState: z.enum(['Started', 'Stopped']),
  /** Rises when the role is to be recycled: the same state, started anew. */
  roleGeneration: count,
  /** The role is stopped because its VM is: Windows shuts down after it. */
  stopsContainer: z.optional(z.literal(true)),
});
export type GoalState = z.infer<typeof goalState>;

/** A file that a process has loaded, by its drive path. */
const heldFile = z.object({ file: z.string().check(z.maxLength(1_000)), mtimeMs: z.number() });
export type HeldFile = z.infer<typeof heldFile>;

/** Which startup task a program plays: programs of the same name are told apart by it. */
export const startupTaskKind = z.object({
  /** Place in RoleModel.xml, from 0. */
  index: count,
  type: z.enum(['simple', 'foreground', 'background']),
  context: z.enum(['limited', 'elevated']),
});
export type StartupTaskKind = z.infer<typeof startupTaskKind>;

/** A process of a VM as it reports itself or is reported by the one that started it. */
export const processReport = z.object({
  name: z.string().check(z.maxLength(260)),
  /** played: has a machine of its own; task: a startup task's program; program: a role's program. */
  kind: z.enum(['played', 'task', 'program']),
  /** Of a startup task's program. */
  task: z.optional(startupTaskKind),
  pid: z.int().check(z.positive()),
  ppid: count,
  /** Start time as the system counts it; with the pid it names the process for good. Empty where the system does not tell. */
  startTicks: z.string().check(z.maxLength(40)),
  /** ISO 8601. */
  startedAt: z.string().check(z.maxLength(40)),
  /** State of its machine, dotted: `role.ready`. */
  state: z.string().check(z.maxLength(200)),
  /** Of a role host: whether it has the rights of the role's user or of SYSTEM (AB 5.3). */
  hostContext: z.optional(z.enum(['limited', 'elevated'])),
  /** Drive paths of the files it has loaded and holds, as Windows holds a loaded DLL. */
  holds: z.optional(z.array(z.string().check(z.maxLength(1_000))).check(z.maxLength(5_000))),
  /** When each of these was last written before it was loaded, wall-clock milliseconds. */
  loaded: z.optional(z.array(heldFile).check(z.maxLength(5_000))),
  ended: z.optional(exitCause),
});
export type ProcessReport = z.infer<typeof processReport>;

export const statusReport = z.object({
  type: z.literal('status'),
  incarnation: count,
  status: z.enum(instanceStatuses),
  details: toldText,
  /** When WaHostBootstrapper is started again, ISO 8601; only inside the restart window. */
  restartAt: z.optional(z.string().check(z.maxLength(40))),
});
export type StatusReport = z.infer<typeof statusReport>;

const processMessage = z.object({ type: z.literal('process'), process: processReport });
const heartbeat = z.object({ type: z.literal('heartbeat'), n: count });

/** VM → WaAppAgent, WindowsAzureGuestAgent. */
export const toService = z.discriminatedUnion('type', [
  z.object({ type: z.literal('goal'), goal: goalState }),
  heartbeat,
  /** What is to go wrong from now on: all of it, so that a repetition does no harm. */
  z.object({ type: z.literal('faults'), faults: z.array(z.enum(faultNames)).check(z.maxLength(faultNames.length)) }),
  z.object({ type: z.literal('service.stop') }),
  /** To WaAppAgent: this version is to lie on D: beside the present one. */
  z.object({ type: z.literal('agent.lay'), version: agentVersionForm }),
  /** To WaAppAgent: the role has ended, the service is to become this version. */
  z.object({ type: z.literal('agent.replace'), version: agentVersionForm }),
  /** To WaAppAgent, of the service control manager: the service that it has asked to stop does not run. */
  z.object({ type: z.literal('agent.stopped') }),
]);
export type ToService = z.infer<typeof toService>;

/** WaAppAgent, WindowsAzureGuestAgent → VM. `running` is the service control manager's SERVICE_RUNNING. */
export const fromService = z.discriminatedUnion('type', [
  /** `agentVersion`, of WaAppAgent: the WindowsAzureGuestAgent that is installed. */
  z.object({ type: z.literal('running'), agentVersion: z.optional(agentVersionForm) }),
  heartbeat,
  statusReport,
  processMessage,
  /** A sentence for the user. */
  z.object({ type: z.literal('notice'), text: toldText }),
  /** The role has ended as the goal said: nothing of its job is left. */
  z.object({ type: z.literal('role.stopped') }),
  /** All directories of LocalStorage that hold more than they may. */
  z.object({ type: z.literal('storage'), over: z.array(storageUse).check(z.maxLength(mostStorages)) }),
  /** Of WaAppAgent: this version of WindowsAzureGuestAgent lies on D: beside the one that is installed. */
  z.object({ type: z.literal('agent.laid'), version: agentVersionForm }),
  /** Of WaAppAgent to the service control manager: the service WindowsAzureGuestAgent is to stop. */
  z.object({ type: z.literal('agent.stop') }),
  /** Of WaAppAgent to the service control manager: it is this version now, and is to start. */
  z.object({ type: z.literal('agent.start'), version: agentVersionForm }),
]);
export type FromService = z.infer<typeof fromService>;

/** WindowsAzureGuestAgent → WaHostBootstrapper. */
export const toBootstrapper = z.discriminatedUnion('type', [heartbeat, z.object({ type: z.literal('role.stop') })]);
export type ToBootstrapper = z.infer<typeof toBootstrapper>;

/** How a bootstrapper's own work ended: only an unasked end is a failure of the role. */
export const bootstrapperOutcome = z.object({
  kind: z.enum(['stopped', 'recycle', 'taskFailed', 'hostExited', 'roleModelUnreadable', 'internalError']),
  details: toldText,
});
export type BootstrapperOutcome = z.infer<typeof bootstrapperOutcome>;

/** WaHostBootstrapper → WindowsAzureGuestAgent. */
export const fromBootstrapper = z.discriminatedUnion('type', [
  heartbeat,
  z.object({ type: z.literal('phase'), status: z.enum(['StartingRole', 'BusyRole', 'ReadyRole', 'StoppingRole']), details: toldText }),
  processMessage,
  /** A sentence for the user. */
  z.object({ type: z.literal('notice'), text: toldText }),
  z.object({ type: z.literal('outcome'), outcome: bootstrapperOutcome }),
]);
export type FromBootstrapper = z.infer<typeof fromBootstrapper>;

/** What a role host runs. */
export const hostedEntryPoint = z.discriminatedUnion('kind', [
  /** `file` is the host path of the module that stands as the DLL. */
  z.object({ kind: z.literal('NetFxEntryPoint'), file: text }),
  /** `cwd` is the drive path of approot. */
  z.object({ kind: z.literal('ProgramEntryPoint'), commandLine: text, cwd: text }),
]);
export type HostedEntryPoint = z.infer<typeof hostedEntryPoint>;

/** WaHostBootstrapper → WaWorkerHost. */
export const toHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('host.start'), entryPoint: hostedEntryPoint }),
  z.object({ type: z.literal('role.stop') }),
]);
export type ToHost = z.infer<typeof toHost>;

/** WaWorkerHost → WaHostBootstrapper. Role code shares the process, so nothing in here is trusted beyond its form. */
export const fromHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('host.onStart') }),
  z.object({ type: z.literal('host.ready') }),
  z.object({ type: z.literal('host.runReturned') }),
  z.object({ type: z.literal('host.stopped') }),
  z.object({
    type: z.literal('host.failed'),
    phase: z.enum(['load', 'onStart', 'onStartFalse', 'run', 'onStop', 'program']),
    detail: toldText,
    code: z.optional(z.int()),
  }),
  processMessage,
]);
export type FromHost = z.infer<typeof fromHost>;
