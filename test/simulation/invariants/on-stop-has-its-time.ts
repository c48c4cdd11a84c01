import type { InvariantOf } from './invariant.ts';

/** A role whose Run was called ends in order only by OnStop, and its host is killed for lack of time only when it lacks time (AB 3.3, 3.4). */
export const onStopHasItsTime: InvariantOf = (world) => ({
  ended: (process, by, how) => {
    if (process.name !== 'WaWorkerHost') return;
    const { run, onStop } = process.called;
    if (run && !onStop && 'code' in how && how.code === 0) world.fail(`the role of ${process.vm} has ended in order without OnStop`);
    // One that was paused or did not listen for a while could not know.
    const isAwakeForMs = process.paused || !process.listening ? 0 : world.clock.now() - process.changedAt;
    const wasInTime = by.endsWith('(timedOut)') && !process.slowToStop && isAwakeForMs > world.timings.onStopMs;
    if (wasInTime) world.fail(`WaWorkerHost of ${process.vm} is killed as if it took too long, in ${process.state}`);
  },
});
