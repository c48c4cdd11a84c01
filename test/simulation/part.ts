import type { AnyActorLogic } from 'xstate';
import type { Timings } from '../../contracts/timings.ts';

/** What one running machine works with: a process has one, and `rolevm up` has one for each host agent. */
export interface Part {
  readonly actors: object;
  readonly tells: object;
  readonly timings: Timings;
  readonly now: () => number;
}

let acting: Part | undefined;

/** Says whose code runs from now on. Whatever comes into a machine goes through this: a message, a timer, a result. */
export function act(part: Part | undefined): void {
  acting = part;
}

/** Whose code runs. */
export function actingPart(): Part {
  if (acting === undefined) throw new Error('a machine runs outside of every process');
  return acting;
}

/** As `actingPart`; undefined where none has run yet. */
export function whoActs(): Part | undefined {
  return acting;
}

/**
 * Building a machine takes XState longer than all that it does in one life here. A machine is a definition and holds no state, so all
 * processes of a kind have one in common; what it starts and tells is that of whoever acts.
 *
 * @param build makes the machine, once
 * @returns the machine, for a part like this one
 */
export function builtOnce<Actors extends object, Tells extends object, Machine>(
  build: (actors: Actors, tells: Tells, timings: Timings, now: () => number) => Machine,
): (actors: Actors, tells: Tells) => Machine {
  let machine: Machine | undefined;
  return (actors) => {
    machine ??= build(delegatedActors(actors), delegated<Tells>('tells'), delegated<Timings>('timings'), () => actingPart().now());
    return machine;
  };
}

/** An actor's logic keeps what it knows of a running actor outside of itself: only its start has to be that of the part. */
function delegatedActors<Actors extends object>(actors: Actors): Actors {
  const entries = Object.entries(actors).map(([name, logic]: [string, AnyActorLogic]) => [
    name,
    {
      ...logic,
      start: (snapshot: never, scope: never) => (actingPart().actors as Record<string, AnyActorLogic>)[name]?.start?.(snapshot, scope),
    },
  ]);
  return Object.fromEntries(entries) as Actors;
}

function delegated<Target extends object>(what: 'tells' | 'timings'): Target {
  return new Proxy({} as Target, { get: (_, name) => (actingPart()[what] as Record<PropertyKey, unknown>)[name] });
}
