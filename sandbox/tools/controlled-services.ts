import { setTimeout as pause } from 'node:timers/promises';
import type { DoorAnswer, ServiceStatus } from '../../contracts/vm-door.ts';
import { askOrFail } from './ask-or-fail.ts';
import type { ToolSurroundings } from './run-tool.ts';

/** A service by its name or by what people call it, in any case (BT 3.3). */
export function findService(services: readonly ServiceStatus[], named: string): ServiceStatus | undefined {
  const wanted = named.toLowerCase();
  const isCalled = (pick: (service: ServiceStatus) => string) => services.find((service) => pick(service).toLowerCase() === wanted);
  return isCalled(({ name }) => name) ?? isCalled(({ displayName }) => displayName);
}

/** What runs only because this service does, itself left out: whoever depends on another one stands before it. */
export function runningDependents(services: readonly ServiceStatus[], name: string): readonly ServiceStatus[] {
  const order: ServiceStatus[] = [];
  const seen = new Set<ServiceStatus>();
  const visit = (needed: string) => {
    for (const service of services) {
      const depends = service.dependsOn?.some((other) => other.toLowerCase() === needed.toLowerCase()) === true;
      if (!depends || service.state === 'stopped' || seen.has(service)) continue;
      seen.add(service);
      visit(service.name);
      order.push(service);
    }
  };
  visit(name);
  return order;
}

/**
 * Stops a service and waits until it has: the machine kills it when its time to stop is over.
 *
 * @param begun it was told to stop
 */
export async function stopService(surroundings: ToolSurroundings, name: string, begun: () => void = () => {}): Promise<DoorAnswer> {
  let answer = await askOrFail(surroundings, { type: 'service.stop', name });
  if (!answer.done) return answer;
  begun();
  while (answer.done && answer.services[0]?.state !== 'stopped') {
    await pause(lookAgainMs);
    answer = await askOrFail(surroundings, { type: 'service.query', name });
  }
  // One that was to be deleted goes when it stops.
  return answer.done || answer.code === doesNotExist ? { done: true, services: [] } : answer;
}

const doesNotExist = 1060;
/** Real milliseconds. */
const lookAgainMs = 20;
