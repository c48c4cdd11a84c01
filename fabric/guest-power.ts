import { waitingEvents } from './goal-after.ts';
import type { HostedInstance, HostsParts } from './hosts.ts';

export interface GuestPower {
  isOn(name: string): boolean;
  power(name: string, isOn: boolean): void;
  /** These are about to be told of an update of their hosts: none of them is to take its host for empty before the others know. */
  expect(names: readonly string[]): void;
  /** Who is on these nodes, or what they are to become, has changed. */
  look(nodes: readonly string[]): void;
}

/** Which VMs have power, so that a host is not restarted for its update before all its guests are down (AB 10.5). */
export function guestPower({ nodes, instances }: Pick<HostsParts, 'nodes' | 'instances'>): GuestPower {
  const on = new Set<string>();
  const isOn = ({ name }: HostedInstance) => on.has(name);
  const goesDown = (guest: HostedInstance) =>
    isOn(guest) && waitingEvents(guest.goal, guest.started.vm().eventDone).some(({ name }) => name === 'update-host');
  const guestsOf = (node: string) => {
    const names = nodes.guestsOf(node);
    return instances.filter(({ name }) => names.includes(name));
  };
  const tell = (node: string, waitsFor: (guest: HostedInstance) => boolean) => {
    const guests = guestsOf(node);
    for (const guest of guests) guest.started.otherGuests(guests.some((other) => other !== guest && waitsFor(other)));
  };
  const look = (some: readonly string[]) => {
    for (const node of new Set(some)) tell(node, goesDown);
  };
  return {
    isOn: (name) => on.has(name),
    power: (name, has) => {
      if (has) on.add(name);
      else on.delete(name);
      look([nodes.of(name)]);
    },
    expect: (names) => {
      for (const node of new Set(names.map(nodes.of))) tell(node, isOn);
    },
    look,
  };
}
