import { longestLatencyMs } from '../world.ts';
import type { InvariantOf } from './invariant.ts';

/** At rest everybody who has to be asked for signs of life is asked, and has answered (AB 4, 10.6). */
export const beatsGoOn: InvariantOf = (world) => ({
  settled: () => {
    const periods = { WindowsAzureGuestAgent: world.timings.hostHeartbeatMs, WaHostBootstrapper: world.timings.heartbeatMs };
    for (const [name, periodMs] of Object.entries(periods)) {
      for (const process of world.processes().filter((it) => it.name === name)) {
        const { asked, askedAt, answered } = process.beats;
        // One that has started just now may not have been asked yet.
        const agoMs = world.clock.now() - Math.max(askedAt, process.startedAt);
        if (agoMs > periodMs + longestLatencyMs) world.fail(`${name} of ${process.vm} was not asked for ${Math.round(agoMs)} ms`);
        if (agoMs > longestLatencyMs && answered !== asked) world.fail(`${name} of ${process.vm} has not answered heartbeat ${asked}`);
      }
    }
  },
});
