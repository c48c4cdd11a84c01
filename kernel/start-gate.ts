/** Lets only so many processes start at the same time: a fork blocks its parent, and more starts than cores stall its event loop. */
export interface StartGate {
  /**
   * Calls `start` when there is room.
   *
   * @returns how to leave: called when the process is up or has ended, or when it is not to start any more
   */
  enter(start: () => void): () => void;
}

/** @param limit starts under way at once; cores + 1 was measured best */
export function startGate(limit: number): StartGate {
  let under = 0;
  const waiting: (() => void)[] = [];
  const leave = () => {
    under -= 1;
    waiting.shift()?.();
  };
  return {
    enter: (start) => {
      let place: 'waiting' | 'inside' | 'left' = 'waiting';
      const go = () => {
        place = 'inside';
        under += 1;
        start();
      };
      if (under < limit) go();
      else waiting.push(go);
      return () => {
        if (place === 'inside') leave();
        else if (place === 'waiting') waiting.splice(waiting.indexOf(go), 1);
        place = 'left';
      };
    },
  };
}
