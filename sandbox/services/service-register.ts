import type { RegisteredService } from '../../contracts/vm-door.ts';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import { readServices } from './read-services.ts';

/** The registered services of a VM. What is changed is on D: when a call returns, or the call throws and nothing has changed. */
export interface ServiceRegister {
  list(): readonly RegisteredService[];
  /** By name, in any case. */
  find(name: string): RegisteredService | undefined;
  /** Adds a service, or replaces the one of that name. */
  put(service: RegisteredService): void;
  remove(name: string): void;
}

/**
 * Opens the register of a VM. Its one owner is the VM's service control manager: nobody else opens it so, others read it.
 *
 * @param file host path of `D:\Windows\System32\config\services.json`
 * @param damaged hears why the document cannot be read; the register is empty then
 */
export function openServiceRegister(file: string, damaged: (error: unknown) => void): ServiceRegister {
  let services: readonly RegisteredService[] = [];
  try {
    services = readServices(file);
  } catch (error) {
    damaged(error);
  }
  const write = (next: readonly RegisteredService[]) => {
    writeAtomically(file, `${JSON.stringify(next, null, 2)}\n`);
    services = next;
  };
  return {
    list: () => services,
    find: (name) => services.find(isNamed(name)),
    put: (service) => {
      const known = services.some(isNamed(service.name));
      write(known ? services.map((other) => (isNamed(service.name)(other) ? service : other)) : [...services, service]);
    },
    remove: (name) => write(services.filter((service) => !isNamed(name)(service))),
  };
}

/** Names are the same in any case (W). */
function isNamed(name: string): (service: RegisteredService) => boolean {
  const wanted = name.toLowerCase();
  return (service) => service.name.toLowerCase() === wanted;
}
