/** An instance as its node has to suit it. */
export interface Guest {
  readonly instance: string;
  readonly updateDomain: number;
  readonly faultDomain: number;
}

/** The physical servers under a deployment and who is on them (AB 1.1). There is always one more. */
export interface Nodes {
  /** @throws Error when there is no such instance */
  of(instance: string): string;
  /** In the order in which the instances were placed. */
  guestsOf(node: string): readonly string[];
  /** Every instance with its node. */
  all(): Readonly<Record<string, string>>;
  /** Gives an instance another node than its present one. @returns how to undo it */
  move(instance: string): () => void;
  /** Whether it takes further guests: one whose host is away does not, nor one that is out for repair (AB 10.6). */
  takesGuests(node: string, yes: boolean): void;
}

/** VMs that fit on a node unless `rolevm.json` says otherwise. */
const usualVmsPerNode = 4;

/**
 * Every node belongs to one fault domain, node n to domain n mod 2, so that two fault domains never meet on one. Nor do two upgrade
 * domains, of whatever roles: a host takes all its guests down, and only one upgrade domain may be down for it (AB 10.5).
 *
 * @param faultDomains how many there are
 * @param vmsPerNode VMs that fit on a node
 * @param former the nodes that the instances had before; one that still fits is kept
 */
export function placeOnNodes(
  guests: readonly Guest[],
  faultDomains: number,
  vmsPerNode: number = usualVmsPerNode,
  former: Readonly<Record<string, string>> = {},
): Nodes {
  const places = new Map<string, number>();
  const closed = new Set<number>();
  const guestsAt = (n: number) => guests.filter(({ instance }) => places.get(instance) === n);
  const fits = (guest: Guest, n: number) => {
    const there = guestsAt(n);
    return (
      n % faultDomains === guest.faultDomain &&
      !closed.has(n) &&
      there.length < vmsPerNode &&
      there.every(({ updateDomain }) => updateDomain === guest.updateDomain)
    );
  };
  const firstFor = (guest: Guest, other?: number) => {
    let n = guest.faultDomain;
    while (n === other || !fits(guest, n)) n += faultDomains;
    return n;
  };
  const placeOf = (instance: string) => {
    const n = places.get(instance);
    if (n === undefined) throw new Error(`there is no instance ${instance}`);
    return n;
  };
  for (const guest of guests) {
    const n = nodeNumber(former[guest.instance]);
    if (n !== undefined && fits(guest, n)) places.set(guest.instance, n);
  }
  for (const guest of guests) if (!places.has(guest.instance)) places.set(guest.instance, firstFor(guest));
  return {
    of: (instance) => nodeName(placeOf(instance)),
    guestsOf: (node) => guestsAt(nodeNumber(node) ?? -1).map(({ instance }) => instance),
    all: () => Object.fromEntries(guests.map(({ instance }) => [instance, nodeName(placeOf(instance))])),
    move: (instance) => {
      const present = placeOf(instance);
      for (const guest of guests) if (guest.instance === instance) places.set(instance, firstFor(guest, present));
      return () => places.set(instance, present);
    },
    takesGuests: (node, yes) => {
      const n = nodeNumber(node) ?? -1;
      if (yes) closed.delete(n);
      else closed.add(n);
    },
  };
}

function nodeName(n: number): string {
  return `Node${n}`;
}

/** Undefined for what is no name of a node. */
function nodeNumber(name: string | undefined): number | undefined {
  const digits = /^Node(\d{1,6})$/.exec(name ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
