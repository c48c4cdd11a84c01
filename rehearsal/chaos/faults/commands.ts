import { UserError } from '../../../contracts/diagnostic.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Target } from '../target.ts';
import { type Fault, struck } from './fault.ts';
import { nameOf, oneOf } from './victims.ts';

/** What people do with commands, at bad moments too. */
export const commands: readonly Fault[] = [
  {
    kind: 'recycle',
    weight: 1,
    strike: async (target, choose) => {
      const instance = await anInstance(target, choose);
      await target.ask('POST /event', { event: 'recycle', instance });
      return struck(instance);
    },
  },
  {
    kind: 'recycle during start',
    weight: 2,
    strike: async (target, choose) => {
      const instance = await anInstance(target, choose);
      await orNothing(target.ask('POST /kill', { target: 'WaHostBootstrapper', instance }));
      const recycles = choose.whole(1, 2);
      for (let left = recycles; left > 0; left -= 1) {
        await target.wait(choose.between(0, 1_000));
        await target.ask('POST /event', { event: 'recycle', instance });
      }
      return struck(`${instance}, ${recycles === 1 ? 'once' : 'twice'} after a killed WaHostBootstrapper`);
    },
  },
  {
    kind: 'break in and detach',
    weight: 2,
    strike: async (target, choose) => {
      const victim = await oneOf(target, choose);
      if (victim === undefined) return struck('nothing runs');
      const ms = choose.pick([choose.between(0, 200), choose.between(200, 2_000)]);
      await orNothing(target.ask('POST /debug', { action: 'break', target: String(victim.pid) }));
      await target.wait(ms);
      await orNothing(target.ask('POST /debug', { action: 'detach', target: String(victim.pid) }));
      return struck(`${nameOf(victim)} for ${ms.toFixed(0)} ms`);
    },
  },
  {
    kind: 'break into the agent, kill its bootstrapper',
    weight: 1,
    strike: async (target, choose) => {
      const instance = await anInstance(target, choose);
      await orNothing(target.ask('POST /debug', { action: 'break', instance }));
      await orNothing(target.ask('POST /kill', { target: 'WaHostBootstrapper', instance }));
      await target.wait(choose.between(0, 1_500));
      await orNothing(target.ask('POST /debug', { action: 'detach', instance }));
      return struck(instance);
    },
  },
];

/** A refusal in words that a user can act on is an answer: the process may have ended meanwhile. */
export async function orNothing<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UserError && !/^RV41/.test(error.code)) return undefined;
    throw error;
  }
}

async function anInstance(target: Target, choose: Random): Promise<string> {
  const { instances } = await target.ask('GET /status');
  return choose.pick(instances).name;
}
