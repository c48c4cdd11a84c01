import { expect, it } from 'vitest';
import { createActor, fromPromise } from 'xstate';
import { guestAgentMachine } from '../../../agents/guest-agent/guest-agent.machine.ts';
import type { GuestAgentActors, GuestAgentTells } from '../../../agents/guest-agent/guest-agent.words.ts';
import { integrationComponents } from '../../../agents/guest-agent/integration-components.ts';
import type { GoalState } from '../../../contracts/links.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import type { ProcessIdentity } from '../../../kernel/process-table/index.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The guest agent of a VM role; `trace` is what it tells. */
function startAgent() {
  const clock = steppingClock();
  const trace: string[] = [];
  const tells: GuestAgentTells = {
    status: (status) => trace.push(status),
    message: (message) => message.type === 'phase' && trace.push(message.status),
    silence: () => trace.push('silent'),
    overdue: (what) => trace.push(`overdue: ${what}`),
    roleStopped: () => trace.push('role stopped'),
    bootstrapperStarted: () => trace.push('bootstrapper'),
    bootstrapperEnded: () => {},
    heartbeat: () => {},
    answersAgain: () => {},
    outlive: () => {},
    goal: () => {},
    leave: () => {},
  };
  const actors: GuestAgentActors = {
    prepareGuest: fromPromise(async () => {}),
    endJob: fromPromise(async (): Promise<readonly ProcessIdentity[]> => []),
    hostGone: fromPromise(async () => {}),
    bootstrapper: integrationComponents(() => trace.push('begins')),
  };
  const actor = createActor(guestAgentMachine(actors, tells, { timings: resolveTimings(1), now: () => clock.now() }), { clock });
  actor.start();
  return {
    trace,
    clock,
    wants: async (goal: Omit<GoalState, 'incarnation'> & { incarnation: number }) => {
      actor.send({ type: 'goal', goal });
      // Its orderly end and its next start are a few turns of preparing and ending each.
      for (let n = 0; n < 4; n += 1) {
        await settle();
        clock.advance(0);
      }
      return trace.splice(0);
    },
  };
}

it('a VM role is Ready when its guest agent is, stops and recycles at once, and never is silent', async () => {
  const { wants, clock, trace } = startAgent();
  const started = { expectedState: 'Started', roleGeneration: 0 } as const;
  const ready = ['CreatingRole', 'begins', 'ReadyRole'];
  expect(await wants({ incarnation: 1, ...started })).toEqual(ready);
  clock.advance(3_600_000);
  await settle();
  expect(trace).toEqual([]);
  expect(await wants({ incarnation: 2, ...started, roleGeneration: 1 })).toEqual(ready);
  expect(await wants({ incarnation: 3, ...started, roleGeneration: 1, expectedState: 'Stopped' })).toEqual(['role stopped']);
  expect(await wants({ incarnation: 4, ...started, roleGeneration: 1 })).toEqual(ready);
});
