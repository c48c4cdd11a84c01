import { isAgentVersion } from '../../contracts/agent-version.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import type { VmEventName } from '../../contracts/events.ts';
import type { RaiseRequest, RaiseResult } from '../../contracts/raise.ts';
import type { FabricController, RunningInstance } from '../../fabric/fabric-controller.ts';

/**
 * Lets an event happen to the instances that it can happen to: `start` to those that are stopped, every other to those that run, as RDFE
 * refuses to reboot an instance of a suspended deployment. What takes a host down happens to all that are on its node, whatever they do.
 *
 * @param chosen the instances meant
 * @throws UserError RV4511 when it can happen to none of them; RV4513, RV4514 on a version that is none, or present, or means nothing
 */
export function raiseEvent(
  { event, agentVersion }: RaiseRequest,
  fabric: FabricController,
  chosen: readonly RunningInstance[],
): RaiseResult {
  if (fabric.isClosing()) throw new UserError('RV4512', 'the emulator stops', 'start it again with rolevm up');
  const names = chosen.map(({ vm }) => vm.instanceId);
  const wanted = event === 'start' ? 'Stopped' : 'Started';
  const instances = names.filter((name) => fabric.wants(name) === wanted);
  if (instances.length === 0) throw cannotHappen(event, names);
  if (event === 'update-agent') return updateAgent(agentVersion, fabric, instances);
  if (agentVersion !== undefined)
    throw new UserError('RV4514', `${event} brings no version of the guest agent`, 'that is rolevm update agent');
  const { now, later } = fabric.raise(instances, event);
  return { event, instances: now, ...(later.length === 0 ? {} : { later }) };
}

function updateAgent(version: string | undefined, fabric: FabricController, names: readonly string[]): RaiseResult {
  const installed = (name: string) => fabric.instances.find(({ vm }) => vm.instanceId === name)?.agentVersion();
  const present = names.filter((name) => version !== undefined && installed(name) === version);
  if (version !== undefined && !isAgentVersion(version))
    throw new UserError('RV4513', `${version} is no version of the guest agent`, 'it has four numbers, such as 2.7.41491.950');
  if (present.length > 0)
    throw new UserError(
      'RV4513',
      `the guest agent of ${present.join(', ')} has version ${version} already`,
      'name another version, or none for the next',
    );
  fabric.updateAgent(names, version);
  return { event: 'update-agent', instances: names };
}

function cannotHappen(event: VmEventName, names: readonly string[]): UserError {
  const who = names.length === 1 ? `${names[0]} is` : `${names.join(', ')} are`;
  if (event === 'start') return new UserError('RV4511', `${who} not stopped`, 'see rolevm status');
  return new UserError('RV4511', `${who} stopped`, `${event === 'stop' ? 'see rolevm status' : 'start it first with rolevm start'}`);
}
