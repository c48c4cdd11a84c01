import type { RegisteredService } from '../../contracts/vm-door.ts';
import type { ServiceRegister } from '../../sandbox/services/service-register.ts';

/** The services that depend on this one directly. */
export function dependentsOf(name: string, register: Pick<ServiceRegister, 'list'>): readonly RegisteredService[] {
  return register.list().filter(({ dependsOn = [] }) => dependsOn.some((needed) => needed.toLowerCase() === name.toLowerCase()));
}

/** Whether a service would depend on itself, over however many others, if it were registered so. */
export function isCircular(service: RegisteredService, register: Pick<ServiceRegister, 'find'>): boolean {
  const own = service.name.toLowerCase();
  const seen = new Set<string>();
  const open = [...(service.dependsOn ?? [])];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const key = name.toLowerCase();
    if (key === own) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    open.push(...(register.find(name)?.dependsOn ?? []));
  }
  return false;
}
