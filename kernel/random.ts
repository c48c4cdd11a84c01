/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0, below 1. */
  next(): number;
  /** @returns from `low`, below `high` */
  between(low: number, high: number): number;
  /** @returns a whole number from `low` to `high`, both included */
  whole(low: number, high: number): number;
  /** @param probability 0 to 1 */
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/**
 * @param seed whole number
 * @param stream name of an independent stream of the same seed
 */
export function randomOf(seed: number, stream: string): Random {
  // mulberry32: 32 bits of state are plenty for a campaign, and it is the same on every machine.
  let state = [...stream].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 0x01000193), seed ^ 0x811c9dc5);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + next() * (high - low);
  const whole = (low: number, high: number) => Math.floor(between(low, high + 1));
  return {
    next,
    between,
    whole,
    chance: (probability) => next() < probability,
    pick: (list) => list[whole(0, list.length - 1)] as (typeof list)[number],
  };
}
