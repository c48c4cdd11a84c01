import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** One direction of the line between two processes: in order, some messages late, the last ones lost when the sender is killed. */
export interface Link<Message> {
  send(message: Message): void;
  /**
   * The sender is gone.
   *
   * @param lose how many of the messages under way are lost at most
   * @returns when the last message arrives
   */
  cut(lose: number): number;
}

export function openLink<Message>(
  world: World,
  from: SimulatedProcess,
  to: SimulatedProcess,
  deliver: (message: Message) => void,
): Link<Message> {
  let lastAt = 0;
  const underWay: { readonly message: Message; lost: boolean }[] = [];
  return {
    send: (message) => {
      if (!from.alive || !to.alive) return;
      const now = world.clock.now();
      lastAt = Math.max(lastAt, now + world.latency() + from.lagMs);
      underWay.push({ message, lost: false });
      world.schedule(lastAt - now, () => {
        // Not the one that this timer was set for: two that arrive at the same time may change places by a rounding.
        const next = underWay.shift();
        if (next !== undefined && !next.lost) to.receive(() => deliver(next.message));
      });
    },
    cut: (lose) => {
      for (const packet of lose === 0 ? [] : underWay.slice(-lose)) packet.lost = true;
      return lastAt;
    },
  };
}
