import * as z from 'zod/mini';

/**
 * What a program inside a VM may ask of the machine that it runs in, through a door that a document on D: names. One line of JSON asks,
 * one line answers; nobody outside the VM has business here. Names and codes are those of Windows.
 */

/** How a service is started (W): with Windows, on demand, or never. */
export const serviceStarts = ['auto', 'demand', 'disabled'] as const;
const serviceStart = z.enum(serviceStarts);
export type ServiceStart = z.infer<typeof serviceStart>;

/** Windows allows 256 characters for both names of a service. */
const displayName = z.string().check(z.minLength(1), z.maxLength(256), z.regex(/^[^\p{Cc}]*$/u));
const commandLine = z.string().check(z.minLength(1), z.maxLength(8_000), z.regex(/^[^\p{Cc}]*$/u));
/** No slash stands in the name of a service (W). */
const serviceName = z.string().check(z.minLength(1), z.maxLength(256), z.regex(/^[^\p{Cc}/\\]*$/u));

const dependencies = z.array(serviceName).check(z.maxLength(32));
const askedDependencies = z.optional(z.array(z.string().check(z.maxLength(1_000))).check(z.maxLength(32)));

/** A service as it is registered. */
export const registeredService = z.object({
  name: serviceName,
  displayName,
  /** Its command line, as Windows calls it. */
  binPath: commandLine,
  start: serviceStart,
  /** Names of services that have to run before it, and are not stopped while it runs. */
  dependsOn: z.optional(dependencies),
  /** ISO 8601. */
  createdAt: z.string().check(z.maxLength(40)),
  /** It was deleted while it ran, and goes when it ends or when Windows starts. */
  markedForDeletion: z.optional(z.literal(true)),
});
export type RegisteredService = z.infer<typeof registeredService>;

/** So many services one VM can have registered. */
export const mostServices = 200;
export const registeredServices = z.array(registeredService).check(z.maxLength(mostServices));

/** Pid of the program that asks: whether it is limited depends on what has started it. */
const asker = { asker: z.int().check(z.positive()) };
const named = { ...asker, name: z.string().check(z.maxLength(1_000)) };

export const doorRequest = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('service.create'),
    ...named,
    displayName: z.optional(z.string().check(z.maxLength(1_000))),
    binPath: z.string().check(z.maxLength(20_000)),
    start: serviceStart,
    dependsOn: askedDependencies,
  }),
  z.object({ type: z.literal('service.delete'), ...named }),
  z.object({ type: z.literal('service.start'), ...named }),
  z.object({ type: z.literal('service.stop'), ...named }),
  /** What is left out stays as it is. */
  z.object({
    type: z.literal('service.config'),
    ...named,
    displayName: z.optional(z.string().check(z.maxLength(1_000))),
    binPath: z.optional(z.string().check(z.maxLength(20_000))),
    start: z.optional(serviceStart),
    dependsOn: askedDependencies,
  }),
  /** Without a name: all of them. */
  z.object({ type: z.literal('service.query'), ...asker, name: z.optional(z.string().check(z.maxLength(1_000))) }),
  z.object({
    type: z.literal('shutdown.initiate'),
    ...asker,
    /** Seconds of the VM's time; Windows allows ten years. */
    delay: z.int().check(z.nonnegative(), z.maximum(315_360_000)),
    /** What it is for, which Windows writes down. */
    comment: z.optional(z.string().check(z.maxLength(512))),
  }),
  z.object({ type: z.literal('shutdown.abort'), ...asker }),
]);
export type DoorRequest = z.infer<typeof doorRequest>;
export type ShutdownRequest = Extract<DoorRequest, { type: `shutdown.${string}` }>;
export type ServiceRequest = Exclude<DoorRequest, ShutdownRequest>;

/** As Windows counts them: 1, 2, 3, 4. */
export const serviceStates = ['stopped', 'startPending', 'stopPending', 'running'] as const;

/** A service as a question after it is answered. */
export const serviceStatus = z.extend(registeredService, {
  state: z.enum(serviceStates),
  /** How it ended the last time; 1077 as long as it was not started since Windows has started (W). */
  win32ExitCode: z.int(),
  pid: z.optional(z.int()),
});
export type ServiceStatus = z.infer<typeof serviceStatus>;

/** The call of Windows at which a request failed, as its tools name it. */
const failingCalls = [
  'OpenSCManager',
  'OpenService',
  'CreateService',
  'StartService',
  'ControlService',
  'DeleteService',
  'ChangeServiceConfig',
  'InitiateSystemShutdown',
  'AbortSystemShutdown',
] as const;
const failingCall = z.enum(failingCalls);
export type FailingCall = z.infer<typeof failingCall>;

export const doorAnswer = z.discriminatedUnion('done', [
  /** Of the services that were asked about; of a shutdown nothing is to be told. */
  z.object({ done: z.literal(true), services: z.array(serviceStatus).check(z.maxLength(mostServices)) }),
  z.object({
    done: z.literal(false),
    call: failingCall,
    /** Win32 error. */
    code: z.int(),
    /** What Windows would not say: one sentence. */
    detail: z.optional(z.string().check(z.maxLength(20_000))),
  }),
]);
export type DoorAnswer = z.infer<typeof doorAnswer>;

/** `vm-door.json` on D:, written when the VM has started and gone when it ends. */
export const doorDocument = z.object({
  formatVersion: z.literal(1),
  /** Path of a socket on this machine, on Windows of a named pipe. */
  socket: z.string().check(z.maxLength(200)),
});
