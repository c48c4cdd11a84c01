import { safeParse } from 'zod/mini';
import {
  type DoorAnswer,
  type DoorRequest,
  type FailingCall,
  mostServices,
  type RegisteredService,
  registeredService,
  type ServiceStatus,
} from '../../contracts/vm-door.ts';
import type { ServiceRegister } from '../../sandbox/services/service-register.ts';
import type { RunningServices } from './running-services.ts';

/** Win32 errors of the service control manager (BT 3.4, W). */
const codes = {
  accessDenied: 5,
  invalidParameter: 87,
  diskFull: 112,
  invalidName: 123,
  alreadyRunning: 1056,
  disabled: 1058,
  doesNotExist: 1060,
  cannotAcceptControl: 1061,
  notActive: 1062,
  markedForDeletion: 1072,
  exists: 1073,
  duplicateName: 1078,
  shutdownInProgress: 1115,
  noSystemResources: 1450,
  fileNotFound: 2,
} as const;

export interface ServiceControlParts {
  readonly register: ServiceRegister;
  readonly running: RunningServices;
  /** Whether the process with this pid has no more rights than the role's user (AB 5.3). */
  readonly isLimited: (pid: number) => boolean;
  readonly tells: {
    installed(service: RegisteredService): void;
    startChanged(service: RegisteredService, before: RegisteredService['start']): void;
  };
  readonly fault: (error: unknown) => void;
  readonly now?: () => Date;
}

type Request<Type extends DoorRequest['type']> = Extract<DoorRequest, { type: Type }>;

/** What the service control manager of a VM does with the services that were registered in it: the other services are the platform's. */
export class ServiceControlManager {
  readonly #parts: ServiceControlParts;
  #shuttingDown = false;

  constructor(parts: ServiceControlParts) {
    this.#parts = parts;
  }

  /** Windows starts: what was to be deleted is, and what starts with Windows is started. */
  boot(): void {
    const { register, running } = this.#parts;
    for (const { name } of register.list()) this.ended(name);
    // Whether one starts is told where services are told of; nobody waits for it here.
    for (const service of register.list()) if (service.start === 'auto') void running.start(service);
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

  async answer(request: DoorRequest): Promise<DoorAnswer> {
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

  #create({ asker, name, displayName = name, binPath, start }: Request<'service.create'>): DoorAnswer {
    const { register, tells, isLimited, now = () => new Date() } = this.#parts;
    if (isLimited(asker)) return failed('OpenSCManager', codes.accessDenied);
    const known = register.find(name);
    if (known !== undefined) return failed('CreateService', known.markedForDeletion === true ? codes.markedForDeletion : codes.exists);
    const created = safeParse(registeredService, { name, displayName, binPath, start, createdAt: now().toISOString() });
    if (!created.success) return failed('CreateService', isAbout(created.error, 'name') ? codes.invalidName : codes.invalidParameter);
    if (this.#isTaken(displayName, name)) return failed('CreateService', codes.duplicateName);
    if (register.list().length >= mostServices) return failed('CreateService', codes.noSystemResources);
    return this.#write('CreateService', created.data, () => tells.installed(created.data));
  }

  async #start(service: RegisteredService): Promise<DoorAnswer> {
    const { running } = this.#parts;
    if (this.#shuttingDown) return failed('StartService', codes.shutdownInProgress);
    if (running.condition(service.name).state !== 'stopped') return failed('StartService', codes.alreadyRunning);
    if (service.start === 'disabled') return failed('StartService', codes.disabled);
    const failure = await running.start(service);
    return failure === undefined ? this.#done(service) : failed('StartService', codes.fileNotFound, failure);
  }

  #stop(service: RegisteredService): DoorAnswer {
    const { running } = this.#parts;
    const { state } = running.condition(service.name);
    if (state === 'stopped') return failed('ControlService', codes.notActive);
    if (state !== 'running') return failed('ControlService', codes.cannotAcceptControl);
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

  #config(service: RegisteredService, { displayName, binPath, start }: Request<'service.config'>): DoorAnswer {
    if (service.markedForDeletion === true) return failed('ChangeServiceConfig', codes.markedForDeletion);
    const changed = safeParse(registeredService, {
      ...service,
      displayName: displayName ?? service.displayName,
      binPath: binPath ?? service.binPath,
      start: start ?? service.start,
    });
    if (!changed.success) return failed('ChangeServiceConfig', codes.invalidParameter);
    if (this.#isTaken(changed.data.displayName, service.name)) return failed('ChangeServiceConfig', codes.duplicateName);
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

function failed(call: FailingCall, code: number, detail?: string): DoorAnswer {
  return { done: false, call, code, ...(detail === undefined ? {} : { detail }) };
}

function isAbout(error: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] }, field: string): boolean {
  return error.issues.some(({ path }) => path[0] === field);
}
