import { describe, expect, it } from 'vitest';
import { putBack } from '../../../agents/host-agent/put-back.ts';
import type { NumberedEvent } from '../../../contracts/host-goal.ts';
import { vmDocument } from '../sandbox/vm.ts';

const vm = vmDocument({ roleDrive: 'F', eventDone: 3, agentVersion: '2.9.0.0' });
const restore = (n: number, snapshot: string): NumberedEvent => ({ n, name: 'power-cycle', snapshot });

async function put(events: readonly NumberedEvent[], kept = {}) {
  const asked: string[] = [];
  const result = await putBack(
    {
      vm,
      vmRoot: '/nowhere',
      fillRoleDrive: async () => {},
      restoreDrives: async (snapshot) => {
        asked.push(snapshot);
        return { kept: { roleDrive: 'E', ...kept }, letters: ['C', 'D', 'E'] };
      },
    },
    vm,
    events,
  );
  return { ...result, asked };
}

describe('a VM whose due events name a snapshot', () => {
  it('is what it was then, and has the number of that event behind it', async () => {
    const { vm: after, events, restored, asked } = await put([restore(4, 'before')]);
    expect(after).toEqual({ ...vm, roleDrive: 'E', eventDone: 4, agentVersion: undefined });
    expect([events, restored, asked]).toEqual([[], { snapshot: 'before', letters: ['C', 'D', 'E'] }, ['before']]);
    expect((await put([restore(4, 'before')], { agentVersion: '2.7.0.0' })).vm.agentVersion).toBe('2.7.0.0');
  });

  it('has only what comes after it still to happen, and of several the last one counts', async () => {
    const later = { n: 7, name: 'reimage' } as const;
    const { events, asked } = await put([{ n: 4, name: 'rebuild' }, restore(5, 'first'), restore(6, 'second'), later]);
    expect(events).toEqual([later]);
    expect(asked).toEqual(['second']);
  });

  it('is left as it is when they name none', async () => {
    const events = [{ n: 4, name: 'power-cycle' }] as const;
    expect(await put(events)).toEqual({ vm, events, asked: [] });
  });
});
