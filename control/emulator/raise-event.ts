import { UserError } from '../../contracts/diagnostic.ts';
import type { VmEventName } from '../../contracts/events.ts';
import type { RaiseRequest, RaiseResult } from '../../contracts/raise.ts';
import type { FabricController, RunningInstance } from '../../fabric/fabric-controller.ts';

/**
 * Lets an event happen to the instances that it can happen to: `start` to those that are stopped, every other to those that run, as RDFE
 * refuses to reboot an instance of a suspended deployment.
 *
 * @param chosen the instances meant
 * @throws UserError RV4511 when it can happen to none of them
 */
export function raiseEvent({ event }: RaiseRequest, fabric: FabricController, chosen: readonly RunningInstance[]): RaiseResult {
  if (fabric.isClosing()) throw new UserError('RV4512', 'the emulator stops', 'start it again with rolevm up');
  const names = chosen.map(({ vm }) => vm.instanceId);
  const wanted = event === 'start' ? 'Stopped' : 'Started';
  const instances = names.filter((name) => fabric.wants(name) === wanted);
  if (instances.length === 0) throw cannotHappen(event, names);
  fabric.raise(instances, event);
  return { event, instances };
}

function cannotHappen(event: VmEventName, names: readonly string[]): UserError {
  const who = names.length === 1 ? `${names[0]} is` : `${names.join(', ')} are`;
  if (event === 'start') return new UserError('RV4511', `${who} not stopped`, 'see rolevm status');
  return new UserError('RV4511', `${who} stopped`, `${event === 'stop' ? 'see rolevm status' : 'start it first with rolevm start'}`);
}
