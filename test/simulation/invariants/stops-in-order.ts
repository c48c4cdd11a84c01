import type { InvariantOf } from './invariant.ts';

/** Instances that are well and are told to stop end by themselves, and nobody is killed who is not too slow (AB 3.4). */
export const stopsInOrder: InvariantOf = (world) => ({
  ended: (process, by) => {
    if (!world.stopping || by === 'itself' || !played.includes(process.name)) return;
    if (by.endsWith('(timedOut)') && (process.slowToStop || process.paused)) return;
    world.fail(`${process.name} of ${process.vm} is killed by ${by} while everything stops in order`);
  },
});

const played = ['WaAppAgent', 'WindowsAzureGuestAgent', 'WaHostBootstrapper', 'WaWorkerHost'];
