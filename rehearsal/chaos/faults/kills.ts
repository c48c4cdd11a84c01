import { killIdentity } from '../../../kernel/process-table/index.ts';
import { orNothing } from './commands.ts';
import { type Fault, struck } from './fault.ts';
import { nameOf, oneOf, victims } from './victims.ts';

/** Processes are killed, one or several, by somebody else than rolevm. */
export const kills: readonly Fault[] = [
  {
    kind: 'kill',
    weight: 6,
    strike: async (target, choose) => {
      const victim = await oneOf(target, choose);
      if (victim === undefined) return struck('nothing runs');
      killIdentity(victim, 'SIGKILL');
      return struck(nameOf(victim));
    },
  },
  {
    kind: 'kill WaHostBootstrapper',
    weight: 2,
    strike: async (target, choose) => {
      const victim = await oneOf(target, choose, ['WaHostBootstrapper']);
      if (victim === undefined) return struck('no WaHostBootstrapper runs');
      killIdentity(victim, 'SIGKILL');
      return struck(nameOf(victim));
    },
  },
  {
    kind: 'kill several',
    weight: 3,
    strike: async (target, choose) => {
      const names = [];
      const apartMs = choose.pick([0, 50, 1_000]);
      for (let left = choose.whole(2, 4); left > 0; left -= 1) {
        const victim = choose.pick(await victims(target));
        if (victim === undefined) continue;
        killIdentity(victim, 'SIGKILL');
        names.push(nameOf(victim));
        if (left > 1) await target.wait(choose.between(0, apartMs));
      }
      return struck(names.join(', '));
    },
  },
  {
    kind: 'end process tree',
    weight: 1,
    strike: async (target, choose) => {
      const victim = await oneOf(target, choose);
      if (victim === undefined) return struck('nothing runs');
      await orNothing(target.ask('POST /kill', { target: String(victim.pid), tree: true }));
      return struck(nameOf(victim));
    },
  },
];
