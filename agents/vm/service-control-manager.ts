import { safeParse } from 'zod/mini';
import {
  type DoorAnswer,
  type FailingCall,
  mostServices,
  type RegisteredService,
  registeredService,
  type ServiceRequest,
  type ServiceStatus,
} from '../../contracts/vm-door.ts';
import type { ServiceRegister } from '../../sandbox/services/service-register.ts';
import type { RunningServices } from './running-services.ts';
import { dependentsOf, isCircular } from './service-dependencies.ts';
import { codes, failed } from './service-failures.ts';

export interface ServiceControlParts {
  readonly register: ServiceRegister;
  readonly running: RunningServices;
  /** Whether the process with this pid has no more rights than the role's user (AB 5.3). */
  readonly isLimited: (pid: number) => boolean;
  readonly tells: {
    installed(service: RegisteredService): void;
    startChanged(service: RegisteredService, before: RegisteredService['start']): void;
    /** It was not started because one that it depends on does not run. */
    dependencyFailed(service: RegisteredService, needed: string): void;
  };
  readonly fault: (error: unknown) => void;
  readonly now?: () => Date;
}

type Request<Type extends ServiceRequest['type']> = Extract<ServiceRequest, { type: Type }>;

/** What the service control manager of a VM does with the services that were registered in it: the other services are the platform's. */
export class ServiceControlManager {
  readonly #parts: ServiceControlParts;
  #shuttingDown = false;

  constructor(parts: ServiceControlParts) {
    this.#parts = parts;
  }

  /** Windows starts: what was to be deleted is, and what starts with Windows is started. */
  boot(): void {
    const { register } = this.#parts;
    for (const { name } of register.list()) this.ended(name);
    // Whether one starts is told where services are told of; nobody waits for it here.
    for (const service of register.list()) if (service.start === 'auto') void this.#start(service);
  }

  /** Windows shuts down. Resolves when every service has ended. */
  async shutDown(): Promise<void> {
    this.#shuttingDown = true;
    await this.#parts.running.stopAll();
  }

  /** A service has ended: if it was to be deleted, it goes. */
  ended(name: string): void {
    const { register, running } = this.#parts;
    if (register.find(name)?.markedForDeletion !== true) return;
    try {
      register.remove(name);
      running.forget(name);
    } catch (error) {
      // It stays marked: the next start of Windows tries again.
      this.#parts.fault(error);
    }
  }

  async answer(request: ServiceRequest): Promise<DoorAnswer> {
    if (request.type === 'service.create') return this.#create(request);
    if (request.type === 'service.query' && request.name === undefined)
      return { done: true, services: this.#parts.register.list().map((service) => this.#status(service)) };
    const service = this.#parts.register.find(request.name ?? '');
    if (service === undefined) return failed('OpenService', codes.doesNotExist);
    if (request.type === 'service.query') return this.#done(service);
    if (this.#parts.isLimited(request.asker)) return failed('OpenService', codes.accessDenied);
    switch (request.type) {
      case 'service.start':
        return this.#start(service);
      case 'service.stop':
        return this.#stop(service);
      case 'service.delete':
        return this.#delete(service);
      case 'service.config':
        return this.#config(service, request);
    }
  }

  #create({ asker, name, displayName = name, binPath, start, dependsOn }: Request<'service.create'>): DoorAnswer {
    const { register, tells, isLimited, now = () => new Date() } = this.#parts;
    if (isLimited(asker)) return failed('OpenSCManager', codes.accessDenied);
    const known = register.find(name);
    if (known !== undefined) return failed('CreateService', known.markedForDeletion === true ? codes.markedForDeletion : codes.exists);
    const created = safeParse(registeredService, { name, displayName, binPath, start, dependsOn, createdAt: now().toISOString() });
    if (!created.success) return failed('CreateService', isAbout(created.error, 'name') ? codes.invalidName : codes.invalidParameter);
    if (this.#isTaken(displayName, name)) return failed('CreateService', codes.duplicateName);
    if (isCircular(created.data, register)) return failed('CreateService', codes.circular);
    if (register.list().length >= mostServices) return failed('CreateService', codes.noSystemResources);
    return this.#write('CreateService', created.data, () => tells.installed(created.data));
  }

  /** @param neededBy those that need it and wait for it */
  async #start(service: RegisteredService, neededBy: readonly RegisteredService[] = []): Promise<DoorAnswer> {
    const { running } = this.#parts;
    if (this.#shuttingDown) return failed('StartService', codes.shutdownInProgress);
    if (running.condition(service.name).state !== 'stopped') return failed('StartService', codes.alreadyRunning);
    if (service.start === 'disabled') return failed('StartService', codes.disabled);
    const unmet = service.dependsOn === undefined ? undefined : await this.#startNeeded(service, [...neededBy, service]);
    if (unmet !== undefined) return unmet;
    const failure = await running.start(service);
    return failure === undefined ? this.#done(service) : failed('StartService', codes.fileNotFound, failure);
  }

  /** Starts what the service depends on. @returns why that cannot be */
  async #startNeeded(service: RegisteredService, waiting: readonly RegisteredService[]): Promise<DoorAnswer | undefined> {
    const { register, running, tells } = this.#parts;
    for (const name of service.dependsOn ?? []) {
      const needed = register.find(name);
      if (needed === undefined) return failed('StartService', codes.dependencyMissing, `${service.name} depends on ${name}.`);
      // Of one that starts already, the end of that is waited for.
      if (running.condition(name).state === 'startPending') await running.start(needed);
      if (running.condition(name).state === 'running') continue;
      // Nobody can register a circle; but the register is a file, and a role may write into it what it likes.
      const answer = waiting.includes(needed) ? failed('StartService', codes.circular) : await this.#start(needed, waiting);
      if (answer.done) continue;
      tells.dependencyFailed(service, name);
      return failed('StartService', codes.dependencyFailed, answer.detail ?? `${name} cannot be started: error ${answer.code}.`);
    }
    return undefined;
  }

  #stop(service: RegisteredService): DoorAnswer {
    const { register, running } = this.#parts;
    const { state } = running.condition(service.name);
    if (state === 'stopped') return failed('ControlService', codes.notActive);
    if (state !== 'running') return failed('ControlService', codes.cannotAcceptControl);
    if (dependentsOf(service.name, register).some(({ name }) => running.condition(name).state !== 'stopped'))
      return failed('ControlService', codes.dependentsRun);
    running.stop(service.name);
    return this.#done(service);
  }

  #delete(service: RegisteredService): DoorAnswer {
    const { register, running } = this.#parts;
    if (service.markedForDeletion === true) return failed('DeleteService', codes.markedForDeletion);
    if (running.condition(service.name).state !== 'stopped') return this.#write('DeleteService', { ...service, markedForDeletion: true });
    const answer = this.#done(service);
    return this.#attempt('DeleteService', () => {
      register.remove(service.name);
      running.forget(service.name);
      return answer;
    });
  }

  #config(service: RegisteredService, { displayName, binPath, start, dependsOn }: Request<'service.config'>): DoorAnswer {
    if (service.markedForDeletion === true) return failed('ChangeServiceConfig', codes.markedForDeletion);
    const changed = safeParse(registeredService, {
      ...service,
      displayName: displayName ?? service.displayName,
      binPath: binPath ?? service.binPath,
      start: start ?? service.start,
      dependsOn: dependsOn ?? service.dependsOn,
    });
    if (!changed.success) return failed('ChangeServiceConfig', codes.invalidParameter);
    if (this.#isTaken(changed.data.displayName, service.name)) return failed('ChangeServiceConfig', codes.duplicateName);
    if (isCircular(changed.data, this.#parts.register)) return failed('ChangeServiceConfig', codes.circular);
    return this.#write('ChangeServiceConfig', changed.data, () => {
      if (changed.data.start !== service.start) this.#parts.tells.startChanged(changed.data, service.start);
    });
  }

  /** No two services have the same name for people, nor one that is the other's key (W). */
  #isTaken(displayName: string, name: string): boolean {
    const wanted = displayName.toLowerCase();
    const others = this.#parts.register.list().filter((other) => other.name.toLowerCase() !== name.toLowerCase());
    return others.some((other) => [other.name, other.displayName].some((taken) => taken.toLowerCase() === wanted));
  }

  #write(call: FailingCall, service: RegisteredService, then: () => void = () => {}): DoorAnswer {
    return this.#attempt(call, () => {
      this.#parts.register.put(service);
      then();
      return this.#done(service);
    });
  }

  #attempt(call: FailingCall, act: () => DoorAnswer): DoorAnswer {
    try {
      return act();
    } catch (error) {
      return failed(call, codes.diskFull, error instanceof Error ? error.message : String(error));
    }
  }

  #done(service: RegisteredService): DoorAnswer {
    return { done: true, services: [this.#status(service)] };
  }

  #status(service: RegisteredService): ServiceStatus {
    return { ...service, ...this.#parts.running.condition(service.name) };
  }
}

function isAbout(error: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] }, field: string): boolean {
  return error.issues.some(({ path }) => path[0] === field);
}
