import { describe, expect, it } from 'vitest';
import { resolveTimings } from '../../contracts/timings.ts';
import { beatsGoOn } from './invariants/beats-go-on.ts';
import { deadJobsEnd } from './invariants/dead-jobs-end.ts';
import { foregroundIsAwaited } from './invariants/foreground-is-awaited.ts';
import type { InvariantOf } from './invariants/invariant.ts';
import { neverTwice } from './invariants/never-twice.ts';
import { onStopHasItsTime } from './invariants/on-stop-has-its-time.ts';
import { readyHasHost } from './invariants/ready-has-host.ts';
import { restartWindow } from './invariants/restart-window.ts';
import { sleepIsNoSilence } from './invariants/sleep-is-no-silence.ts';
import { stoppedIsEmpty } from './invariants/stopped-is-empty.ts';
import { stopsInOrder } from './invariants/stops-in-order.ts';
import { tenMinutes } from './invariants/ten-minutes.ts';
import { timersAreExplained } from './invariants/timers-are-explained.ts';
import type { SimulatedProcess } from './process.ts';
import { createVm } from './vm.ts';
import { createWorld } from './world.ts';

/** A VM without any machine, in which the test does what must not be. */
async function watchedBy(invariant: InvariantOf) {
  const vm = createVm('R_IN_0', 'NetFxEntryPoint', []);
  vm.goal = { incarnation: 1, expectedState: 'Started', power: 'on', roleGeneration: 0 };
  const world = createWorld({ seed: 1, timings: resolveTimings(1), vms: [vm], invariants: [invariant] });
  const start = (name: string, parent?: SimulatedProcess, job?: number | 'own') =>
    world.start({ name, vm: parent === undefined ? '' : vm.name, parent, job, bootMs: 0, main: () => {} });
  const up = start('rolevm up');
  const agent = start('WindowsAzureGuestAgent', up);
  const bootstrapper = start('WaHostBootstrapper', agent, 'own');
  const host = start('WaWorkerHost', bootstrapper, bootstrapper.pid);
  agent.state = 'alive.ready';
  vm.status = 'ReadyRole';
  const pass = async (seconds: number) => {
    for (let second = 1; second <= seconds; second += 1) world.schedule(second * 1_000, () => {});
    await world.pass(seconds * 1_000);
  };
  await pass(10);
  const kill = (process: SimulatedProcess, by = 'somebody') => world.end(process, { signal: 'SIGKILL' }, by);
  return { world, vm, up, agent, bootstrapper, host, start, pass, kill };
}

describe('what must not be is seen:', () => {
  it('a second bootstrapper', async () => {
    const { world, agent, host, start, kill } = await watchedBy(neverTwice);
    kill(host);
    start('WaHostBootstrapper', agent, 'own');
    expect(world.violations[0]).toContain('WaHostBootstrapper (105) of R_IN_0 starts while 103 lives');
  });

  it('a bootstrapper beside the host of the former one', async () => {
    const { world, agent, bootstrapper, start, kill } = await watchedBy(neverTwice);
    kill(bootstrapper);
    start('WaHostBootstrapper', agent, 'own');
    expect(world.violations).toEqual(['a role starts in R_IN_0 while WaWorkerHost (104) is left']);
  });

  it('Ready without a host', async () => {
    const { world, host, pass, kill } = await watchedBy(readyHasHost);
    kill(host);
    await pass(10);
    expect(world.violations).toEqual(['R_IN_0 is Ready, but its role does not run']);
  });

  it('a host that outlives its job', async () => {
    const { world, bootstrapper, pass, kill } = await watchedBy(deadJobsEnd);
    kill(bootstrapper);
    await pass(10);
    expect(world.violations[0]).toContain('WaWorkerHost (104) of R_IN_0 still lives');
  });

  it('what a spared host has left beside itself', async () => {
    const { world, agent, bootstrapper, start, pass, kill } = await watchedBy(deadJobsEnd);
    start('background task 0', bootstrapper, bootstrapper.pid);
    kill(bootstrapper);
    agent.state = 'lost.job.outlived,restart.delayed';
    await pass(10);
    expect(world.violations).toEqual([expect.stringContaining('background task 0 (105) of R_IN_0 still lives')]);
  });

  it('a host that does not live on for a few seconds', async () => {
    const { world, bootstrapper, host, pass, kill } = await watchedBy(restartWindow);
    kill(bootstrapper);
    await pass(1);
    kill(host, 'WindowsAzureGuestAgent (job closed)');
    expect(world.violations).toEqual(['WaWorkerHost of R_IN_0 is ended 1000 ms after its bootstrapper was killed']);
  });

  it('a restart that comes too early', async () => {
    const { world, agent, bootstrapper, start, pass, kill } = await watchedBy(restartWindow);
    kill(bootstrapper);
    await pass(15);
    start('WaHostBootstrapper', agent, 'own');
    expect(world.violations).toEqual(['WaHostBootstrapper of R_IN_0 is back after 15000 ms']);
  });

  it('a restart that does not come', async () => {
    const { world, bootstrapper, pass, kill } = await watchedBy(restartWindow);
    kill(bootstrapper);
    await pass(60);
    expect(world.violations).toEqual(['WaHostBootstrapper of R_IN_0 is not back after 29000 ms']);
  });

  it('a silence that nobody minds', async () => {
    const { world, vm, pass } = await watchedBy(tenMinutes);
    vm.hostAgent = 'vm.guest.answered';
    await pass(70);
    expect(world.violations).toEqual(['R_IN_0 is Ready although its agent is silent']);
  });

  it('a silent VM that is not restarted', async () => {
    const { world, vm, pass } = await watchedBy(tenMinutes);
    vm.hostAgent = 'vm.guest.silent';
    vm.status = 'UnresponsiveRole';
    await pass(700);
    expect(world.violations).toEqual(['R_IN_0 is not restarted after ten minutes of silence']);
  });

  it('a VM that is restarted too early', async () => {
    const { world, vm, pass } = await watchedBy(tenMinutes);
    await pass(580);
    world.tellInvariants((invariant) => invariant.status?.(vm, 'StoppingVM'));
    expect(world.violations).toEqual(['R_IN_0 is restarted after 590000 ms of silence']);
  });

  it('a VM that is restarted because nobody was there to hear it', async () => {
    const { world, vm, up, pass } = await watchedBy(sleepIsNoSilence);
    world.pause(up);
    await pass(700);
    world.resume(up);
    await pass(30);
    world.tellInvariants((invariant) => invariant.status?.(vm, 'StoppingVM'));
    expect(world.violations).toEqual(['R_IN_0 is restarted although it was listened to for only 40000 ms']);
  });

  it('a heartbeat without an answer, and none at all', async () => {
    const { world, agent, bootstrapper, pass } = await watchedBy(beatsGoOn);
    await pass(10);
    Object.assign(agent.beats, { asked: 2, askedAt: world.clock.now() - 4_000, answered: 1 });
    Object.assign(bootstrapper.beats, { asked: 2, askedAt: world.clock.now() - 10_000, answered: 2 });
    world.tellInvariants((invariant) => invariant.settled?.());
    expect(world.violations).toEqual([
      'WindowsAzureGuestAgent of R_IN_0 has not answered heartbeat 2',
      'WaHostBootstrapper of R_IN_0 was not asked for 10000 ms',
    ]);
  });

  it('a timer that nobody owns', async () => {
    const { world } = await watchedBy(timersAreExplained);
    world.clock.setTimeout(() => {}, 1);
    world.tellInvariants((invariant) => invariant.settled?.());
    expect(world.violations).toEqual(['1 timers are set, 0 have an owner']);
  });

  it('StoppedVM with processes', async () => {
    const { world, vm, agent, host, kill } = await watchedBy(stoppedIsEmpty);
    kill(agent);
    kill(host);
    world.tellInvariants((invariant) => invariant.status?.(vm, 'StoppedVM'));
    expect(world.violations).toEqual(['R_IN_0 is StoppedVM while WaHostBootstrapper (103) lives']);
  });

  it('a role that ends before its foreground task', async () => {
    const { world, bootstrapper, start } = await watchedBy(foregroundIsAwaited);
    start('foreground task 0', bootstrapper, bootstrapper.pid);
    world.end(bootstrapper, { code: 0 }, 'itself');
    expect(world.violations).toEqual(['the role of R_IN_0 ends while foreground task 0 (105) runs']);
  });

  it('an orderly end without OnStop', async () => {
    const { world, host } = await watchedBy(onStopHasItsTime);
    host.called.run = true;
    world.end(host, { code: 0 }, 'itself');
    expect(world.violations).toEqual(['the role of R_IN_0 has ended in order without OnStop']);
  });

  it('a host that is killed for nothing', async () => {
    const { world, host, pass, kill } = await watchedBy(onStopHasItsTime);
    await pass(300);
    kill(host, 'WaHostBootstrapper (timedOut)');
    expect(world.violations[0]).toContain('WaWorkerHost of R_IN_0 is killed as if it took too long');
  });

  it('something that goes round in circles', async () => {
    const { world, pass } = await watchedBy(neverTwice);
    const again = () => world.schedule(0, again);
    again();
    await pass(1);
    expect(world.violations[0]).toContain('without coming to an end');
  });

  it('a kill where everything could have stopped in order', async () => {
    const { world, host, kill } = await watchedBy(stopsInOrder);
    world.stopping = true;
    kill(host, 'WindowsAzureGuestAgent (job closed)');
    expect(world.violations).toEqual([
      'WaWorkerHost of R_IN_0 is killed by WindowsAzureGuestAgent (job closed) while everything stops in order',
    ]);
  });
});
