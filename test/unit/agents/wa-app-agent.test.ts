import { describe, expect, it } from 'vitest';
import { createActor, fromPromise } from 'xstate';
import { waAppAgentMachine } from '../../../agents/wa-app-agent/wa-app-agent.machine.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

const timings = resolveTimings(1);
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** `fails` counts down: so often laying or switching does not work. */
function play(fails = { install: 0, lay: 0, switch: 0 }) {
  const trace: string[] = [];
  const clock = steppingClock();
  const attempt = (what: keyof typeof fails, version = '') => {
    trace.push(`${what} ${version}`.trimEnd());
    if (fails[what] === 0) return;
    fails[what] -= 1;
    throw new Error('ENOSPC');
  };
  const actor = createActor(
    waAppAgentMachine(
      {
        installGuestAgent: fromPromise(async () => {
          attempt('install');
          return '1.0.0.1';
        }),
        layVersion: fromPromise(async ({ input }) => attempt('lay', input)),
        switchVersion: fromPromise(async ({ input }) => attempt('switch', input)),
      },
      {
        running: (version) => trace.push(`runs, installed is ${version}`),
        heartbeat: (n) => trace.push(`heartbeat ${n}`),
        laid: (version) => trace.push(`has laid ${version}`),
        stopAgent: () => trace.push('stops the agent'),
        startAgent: (version) => trace.push(`starts the agent ${version}`),
        failed: (version, reason) => trace.push(`${version} failed: ${reason}`),
        leave: () => trace.push('leaves'),
      },
      { timings },
    ),
    { clock },
  ).start();
  const tell = async (message: Parameters<typeof actor.send>[0]) => {
    actor.send(message);
    await settle();
  };
  return { actor, trace, clock, tell };
}

async function started(fails?: Parameters<typeof play>[0]) {
  const played = play(fails);
  await settle();
  played.trace.length = 0;
  return played;
}

describe('WaAppAgent', () => {
  it('installs the guest agent at its start and says which one is installed', async () => {
    const { trace } = play();
    await settle();
    expect(trace).toEqual(['install', 'runs, installed is 1.0.0.1']);
  });

  it('runs although it cannot install', async () => {
    const { trace } = play({ install: 1, lay: 0, switch: 0 });
    await settle();
    expect(trace).toEqual(['install', 'runs, installed is undefined']);
  });

  it('lays a version beside the present one and leaves the service alone', async () => {
    const { trace, tell } = await started();
    await tell({ type: 'agent.lay', version: '1.0.0.2' });
    expect(trace).toEqual(['lay 1.0.0.2', 'has laid 1.0.0.2']);
  });

  it('replaces the service once it has stopped, having laid the version itself: the one that laid it may be dead', async () => {
    const { trace, tell } = await started();
    await tell({ type: 'agent.replace', version: '1.0.0.2' });
    expect(trace).toEqual(['lay 1.0.0.2', 'stops the agent']);
    await tell({ type: 'agent.stopped' });
    expect(trace.slice(2)).toEqual(['switch 1.0.0.2', 'starts the agent 1.0.0.2']);
  });

  it('tries again what did not work', async () => {
    const { trace, clock, tell } = await started({ install: 0, lay: 1, switch: 1 });
    await tell({ type: 'agent.replace', version: '1.0.0.2' });
    expect(trace).toEqual(['lay 1.0.0.2', '1.0.0.2 failed: ENOSPC']);
    clock.advance(timings.prepareRetryMs);
    await settle();
    await tell({ type: 'agent.stopped' });
    expect(trace.slice(2)).toEqual(['lay 1.0.0.2', 'stops the agent', 'switch 1.0.0.2', '1.0.0.2 failed: ENOSPC']);
    clock.advance(timings.prepareRetryMs);
    await settle();
    await tell({ type: 'agent.stopped' });
    expect(trace.slice(-3)).toEqual(['stops the agent', 'switch 1.0.0.2', 'starts the agent 1.0.0.2']);
  });

  it('brings the version that it was told last', async () => {
    const { trace, tell, actor } = await started();
    actor.send({ type: 'agent.lay', version: '1.0.0.2' });
    await tell({ type: 'agent.lay', version: '1.0.0.3' });
    expect(trace.at(-1)).toBe('has laid 1.0.0.3');
    expect(trace).not.toContain('has laid 1.0.0.2');
  });

  it.each(['watching', 'stoppingAgent', 'failed'] as const)('stops from %s, and answers heartbeats until then', async (state) => {
    const { trace, tell, actor } = await started({ install: 0, lay: state === 'failed' ? 1 : 0, switch: 0 });
    if (state !== 'watching') await tell({ type: 'agent.replace', version: '1.0.0.2' });
    expect(actor.getSnapshot().value).toBe(state);
    await tell({ type: 'heartbeat', n: 7 });
    await tell({ type: 'service.stop' });
    expect(trace.slice(-2)).toEqual(['heartbeat 7', 'leaves']);
  });
});
