import { safeParse } from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';

/** A played process's line to the process that started it. */
export interface ParentLink<Up> {
  /** Sends a report; silently nothing when the parent is gone, since nobody is left to tell. */
  send(message: Up): void;
  /** Calls back when every report has left this process, or cannot. */
  drain(then: () => void): void;
}

export interface ParentLinkOptions<Down> {
  /** Form of the messages that are accepted; others are dropped. */
  readonly accepts: $ZodType<Down>;
  readonly onMessage: (message: Down) => void;
  /** The parent has ended, however that happened. */
  readonly onLost: () => void;
}

/** Opens the line. To be called once, in the entry file. */
export function openParentLink<Down, Up extends object>(options: ParentLinkOptions<Down>): ParentLink<Up> {
  // The channel is kept for rolevm: role code that sends on it would speak as the platform.
  const send = process.send?.bind(process);
  process.on('message', (raw) => {
    const parsed = safeParse(options.accepts, raw);
    if (parsed.success) options.onMessage(parsed.data);
  });
  process.once('disconnect', options.onLost);
  if (send === undefined || !process.connected) setImmediate(options.onLost);

  let underWay = 0;
  let whenDrained: (() => void)[] = [];
  const sent = () => {
    underWay -= 1;
    if (underWay > 0) return;
    const waiting = whenDrained;
    whenDrained = [];
    for (const then of waiting) then();
  };
  return {
    send: (message) => {
      if (send === undefined || !process.connected) return;
      underWay += 1;
      try {
        send(message, undefined, undefined, sent);
      } catch {
        sent();
      }
    },
    drain: (then) => {
      if (underWay === 0) then();
      else whenDrained.push(then);
    },
  };
}
