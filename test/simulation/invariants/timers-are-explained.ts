import type { AnyActorRef, AnyMachineSnapshot } from 'xstate';
import type { SimulatedProcess } from '../process.ts';
import type { InvariantOf } from './invariant.ts';

/** No timer is lost and none is left over: each state that waits has its timer, and each timer on the clock has somebody who waits. */
export const timersAreExplained: InvariantOf = (world) => ({
  settled: () => {
    const living = world.processes();
    for (const process of living) {
      const fault = machineTimersFault(process);
      if (fault !== undefined) world.fail(`${process.name} (${process.pid}) of ${process.vm}: ${fault}`);
    }
    const owned = living.reduce((sum, process) => sum + process.timers().clock + process.timers().work, world.scheduled());
    if (owned !== world.clock.pending()) world.fail(`${world.clock.pending()} timers are set, ${owned} have an owner`);
  },
});

function machineTimersFault(process: SimulatedProcess): string | undefined {
  let scheduled = 0;
  for (const root of process.actors) {
    const events = Object.values(root.system.getSnapshot()._scheduledEvents ?? {});
    scheduled += events.length;
    for (const actor of withDescendants(root)) {
      const delays = delaysOf(actor.getSnapshot() as AnyMachineSnapshot);
      const found = events.filter(({ source }) => source === actor).map(({ event }) => event.type);
      const lost = delays.filter(({ leaves, type }) => leaves && !found.includes(type)).map(({ type }) => type);
      const odd = [...lost, ...found.filter((type) => !delays.some((delay) => delay.type === type))];
      if (odd.length > 0) return `delays do not fit the state ${process.state}: ${odd.join(', ')}`;
    }
  }
  const set = process.timers().machine;
  return set === scheduled ? undefined : `${scheduled} delays run, but ${set} timers are set`;
}

function withDescendants(actor: AnyActorRef): AnyActorRef[] {
  const snapshot = actor.getSnapshot() as Partial<AnyMachineSnapshot> | undefined;
  const children = Object.values(snapshot?.children ?? {}).filter((child) => child !== undefined) as AnyActorRef[];
  return snapshot?._nodes === undefined ? [] : [actor, ...children.flatMap((child) => withDescendants(child))];
}

/** One that leads nowhere else is over once it has fired; the state stays. */
function delaysOf(snapshot: AnyMachineSnapshot): { readonly type: string; readonly leaves: boolean }[] {
  if (snapshot.status !== 'active') return [];
  return snapshot._nodes.flatMap((node) => node.after.map(({ eventType, target }) => ({ type: eventType, leaves: target !== undefined })));
}
