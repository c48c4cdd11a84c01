import { describe, expect, it } from 'vitest';
import type { InstanceStatus } from '../../../contracts/instance-status.ts';
import type { Rotation } from '../../../contracts/rotation.ts';
import type { ProbeAnswer } from '../../../fabric/load-balancer/ask-probe.ts';
import { startLoadBalancer } from '../../../fabric/load-balancer/load-balancer.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';
import { vmDocument } from '../sandbox/vm.ts';

const intervalMs = 15_000;
const timeoutMs = 31_000;

/** A balancer over so many instances of one role; `answer` is what the agent of the first says, `silence` that it says nothing. */
function balance(instances: number) {
  const clock = steppingClock();
  const questions: { readonly at: number; readonly signal: AbortSignal; readonly resolve: (answer: ProbeAnswer) => void }[] = [];
  const told: string[] = [];
  const faults: unknown[] = [];
  let answer: ProbeAnswer | 'silence' | 'failure' = 200;
  const vms = Array.from({ length: instances }, (_, index) =>
    vmDocument({ instanceId: `W_IN_${index}`, defaultProbe: { address: '127.255.0.2', port: index, path: '/' } }),
  );
  const balancer = startLoadBalancer(
    vms,
    {
      rotation: (instance, { inRotation, reason, probe }) =>
        told.push(`${clock.now() / 1_000} ${instance} ${inRotation ? 'in' : 'out'} ${reason} ${probe.answer}`),
      fault: (error) => faults.push(error),
    },
    {
      clock,
      ask: ({ port }, signal) =>
        new Promise((resolve, reject) => {
          if (port !== 0) return;
          questions.push({ at: clock.now(), signal, resolve });
          if (answer === 'failure') reject(new Error('no sockets left'));
          else if (answer !== 'silence') resolve(answer);
        }),
    },
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    balancer,
    clock,
    questions,
    told,
    faults,
    rotation: (): Rotation => balancer.rotationOf('W_IN_0'),
    says: (next: typeof answer) => {
      answer = next;
    },
    settle,
    enters: async (status: InstanceStatus) => {
      balancer.status('W_IN_0', status);
      await settle();
    },
    passes: async (ms: number) => {
      for (let left = ms; left > 0; left -= 500) {
        clock.advance(Math.min(left, 500));
        await settle();
      }
    },
  };
}

describe('the default probe', () => {
  it('asks every 15 s from the moment on in which the VM has a guest, whenever the answer comes', async () => {
    const { enters, passes, questions, says, faults } = balance(2);
    await enters('StartingVM');
    await passes(60_000);
    expect(questions).toEqual([]);
    says('reset');
    await enters('CreatingRole');
    await passes(2 * intervalMs);
    says('silence');
    await passes(2 * intervalMs);
    expect(questions.map(({ at }) => at / 1_000)).toEqual([60, 75, 90, 105, 120]);
    expect(faults).toEqual([]);
  });

  it('asks at once, and from then on together with all others', async () => {
    const { enters, passes, questions } = balance(2);
    await passes(7_000);
    await enters('CreatingRole');
    await passes(40_000);
    expect(questions.map(({ at }) => at / 1_000)).toEqual([7, 15, 30, 45]);
  });

  it('takes in with one 200, and out with one other answer or a reset', async () => {
    for (const bad of [503, 404, 'reset', 'failure'] as const) {
      const { enters, passes, says, told } = balance(2);
      await enters('ReadyRole');
      says(bad);
      await passes(intervalMs);
      says(200);
      await passes(intervalMs);
      expect(told).toEqual(['0 W_IN_0 in probe 200', `15 W_IN_0 out probe ${bad === 'failure' ? 'reset' : bad}`, '30 W_IN_0 in probe 200']);
    }
  });

  it('unanswered, takes out when the last 200 is 31 s old, and says since when nobody answers', async () => {
    const { enters, passes, says, told, rotation } = balance(2);
    await enters('ReadyRole');
    await passes(3 * intervalMs);
    const before = rotation();
    says('silence');
    await passes(timeoutMs - 1);
    expect(rotation()).toMatchObject({ inRotation: true, since: before.since });
    await passes(1);
    expect(rotation()).toMatchObject({ inRotation: false, reason: 'probe', probe: { answer: 'unanswered' } });
    expect(told).toEqual(['0 W_IN_0 in probe 200', '76 W_IN_0 out probe unanswered']);
    const { since } = rotation().probe;
    await passes(600_000);
    expect(rotation().probe).toEqual({ answer: 'unanswered', since });
    says(200);
    await passes(intervalMs);
    expect(rotation()).toMatchObject({ inRotation: true, probe: { answer: 200 } });
  });

  it('gives a question up when it asks the next one: its late answer counts no more', async () => {
    const { enters, passes, says, questions, rotation, settle } = balance(2);
    says('silence');
    await enters('ReadyRole');
    await passes(intervalMs);
    expect(questions.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    questions[0]?.resolve(200);
    await settle();
    expect(rotation().inRotation).toBe(false);
    questions[1]?.resolve(200);
    await settle();
    expect(rotation().inRotation).toBe(true);
  });

  it('a silence shorter than the time-out changes nothing', async () => {
    const { enters, passes, says, told } = balance(2);
    await enters('ReadyRole');
    says('silence');
    await passes(intervalMs);
    says(200);
    await passes(60_000);
    expect(told).toEqual(['0 W_IN_0 in probe 200']);
  });
});

describe('the rotation', () => {
  it('is left at once at an orderly stop, whatever the probe still says, and entered again after it', async () => {
    for (const status of ['StoppingRole', 'StoppingVM'] as const) {
      const { enters, passes, told, rotation } = balance(2);
      await enters('ReadyRole');
      await passes(1_000);
      await enters(status);
      await passes(intervalMs);
      expect(rotation()).toMatchObject({ inRotation: false, reason: 'stopping', probe: { answer: 200 } });
      await enters('CreatingRole');
      expect(rotation()).toMatchObject({ inRotation: false, reason: 'probe' });
      await passes(intervalMs);
      expect(told).toEqual(['0 W_IN_0 in probe 200', '1 W_IN_0 out stopping 200', '30 W_IN_0 in probe 200']);
    }
  });

  it('is not changed by a status alone: a lost or unresponsive role leaves it by its probe', async () => {
    const { enters, rotation } = balance(2);
    await enters('ReadyRole');
    for (const status of ['RestartingRole', 'CyclingRole', 'UnresponsiveRole'] as const) {
      await enters(status);
      expect(rotation().inRotation).toBe(true);
    }
  });

  it('is left after the time-out when the VM has gone without an orderly stop; nobody asks meanwhile', async () => {
    const { enters, passes, questions, rotation } = balance(2);
    await enters('ReadyRole');
    await enters('StartingVM');
    const asked = questions.length;
    await passes(timeoutMs);
    expect(rotation()).toMatchObject({ inRotation: false, probe: { answer: 'none' } });
    expect(questions).toHaveLength(asked);
  });

  it('is never left by the only instance of a role, but what its probe says is told', async () => {
    const { enters, passes, says, told, rotation } = balance(1);
    expect(rotation().inRotation).toBe(true);
    says(503);
    await enters('CreatingRole');
    says(200);
    await passes(intervalMs);
    says('silence');
    await passes(2 * intervalMs);
    expect(rotation()).toMatchObject({ inRotation: true, reason: 'onlyInstance', probe: { answer: 'unanswered' } });
    await enters('StoppingRole');
    await enters('StoppedVM');
    expect(rotation()).toMatchObject({ inRotation: true, reason: 'onlyInstance', probe: { answer: 'none' } });
    expect(told).toEqual(['15 W_IN_0 in onlyInstance 200', '45 W_IN_0 in onlyInstance unanswered']);
  });

  it('has no timer left when every VM is off, nor when the balancer has stopped', async () => {
    const { enters, clock, balancer, questions } = balance(2);
    await enters('ReadyRole');
    expect(clock.pending()).toBe(1);
    await enters('StoppingVM');
    await enters('StoppedVM');
    expect(clock.pending()).toBe(0);
    await enters('ReadyRole');
    balancer.stop();
    expect(clock.pending()).toBe(0);
    expect(questions.at(-1)?.signal.aborted).toBe(false);
    expect(() => balancer.rotationOf('W_IN_7')).toThrow('W_IN_7');
  });
});
