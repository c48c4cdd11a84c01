import type { InvariantOf } from './invariant.ts';

/** A role that stops or recycles in order does not end before its foreground tasks have (AB 3.4, 5.1). */
export const foregroundIsAwaited: InvariantOf = (world) => ({
  ended: (process, _by, how) => {
    if (process.name !== 'WaHostBootstrapper' || !('code' in how) || how.code !== 0) return;
    const task = world.processes(process.vm).find(({ name, job }) => job === process.pid && name.startsWith('foreground'));
    if (task !== undefined) world.fail(`the role of ${process.vm} ends while ${task.name} (${task.pid}) runs`);
  },
});
