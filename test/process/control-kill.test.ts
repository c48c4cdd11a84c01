import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { KillRequest, PsEntry } from '../../contracts/control-api.ts';
import { killProcess } from '../../control/emulator/kill-process.ts';
import { processIdentity } from '../../kernel/process-table/index.ts';

let children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
});

/** A process that does nothing, as a row of the list; with `below` it has a child that does nothing either. */
async function victim(name: string, instance = 'W_IN_0', below = false) {
  const wait = 'setInterval(() => {}, 1e9)';
  const script = below
    ? `const c = require('child_process').spawn(process.execPath, ['-e', '${wait}']); console.log(c.pid); ${wait}`
    : `console.log(0); ${wait}`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [printed] = await once(child.stdout, 'data');
  const exited = once(child, 'exit');
  const entry: PsEntry = { instance, name, pid: child.pid ?? 0, ppid: process.pid, state: '', since: '', startedAt: '', cpu: 0, memory: 0 };
  return { entry, exited, below: Number(printed), lives: () => processIdentity(entry.pid) !== undefined };
}
type Victim = Awaited<ReturnType<typeof victim>>;

const kill = (
  request: KillRequest,
  victims: readonly Pick<Victim, 'entry'>[],
  told: (pids: readonly number[]) => Promise<void> = async () => {},
) => killProcess(request, () => victims.map(({ entry }) => entry), told);

async function gone(pid: number): Promise<void> {
  while (processIdentity(pid) !== undefined) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a kill', () => {
  it.each(['WaWorkerHost', 'waworkerhost', 'WaWorkerHost.exe', 'WAWORKERHOST.EXE'])(
    'by name hits every process of that name and no other: %s',
    async (target) => {
      const [a, b, other] = await Promise.all([victim('WaWorkerHost'), victim('WaWorkerHost', 'W_IN_1'), victim('WaAppAgent')]);
      const { killed } = await kill({ target }, [a, b, other]);
      expect(killed).toEqual([a, b].map(({ entry: { instance, name, pid } }) => ({ instance, name, pid })));
      expect((await Promise.all([a.exited, b.exited])).map(([, signal]) => signal)).toEqual(['SIGKILL', 'SIGKILL']);
      expect(other.lives()).toBe(true);
    },
  );

  it('finds a program that is listed with its extension', async () => {
    const one = await victim('Server.exe');
    expect((await kill({ target: 'server' }, [one])).killed).toHaveLength(1);
  });

  it('by pid hits that process alone', async () => {
    const [a, b] = await Promise.all([victim('WaWorkerHost'), victim('WaWorkerHost')]);
    await kill({ target: String(a.entry.pid) }, [a, b]);
    await a.exited;
    expect(b.lives()).toBe(true);
  });

  it('in one instance leaves the others alone', async () => {
    const [a, b] = await Promise.all([victim('WaWorkerHost'), victim('WaWorkerHost', 'W_IN_1')]);
    await kill({ target: 'WaWorkerHost', instance: 'w_in_1' }, [a, b]);
    await b.exited;
    expect(a.lives()).toBe(true);
  });

  it('leaves what the process has started, and takes it with it as a tree', async () => {
    const [alone, tree] = await Promise.all([victim('node', 'W_IN_0', true), victim('node', 'W_IN_1', true)]);
    await kill({ target: 'node', instance: 'W_IN_0' }, [alone, tree]);
    await alone.exited;
    expect(processIdentity(alone.below)).toBeDefined();
    process.kill(alone.below, 'SIGKILL');
    await kill({ target: 'node', tree: true }, [tree]);
    await Promise.all([tree.exited, gone(tree.below), gone(alone.below)]);
  });

  it('never reaches a process that is not of a VM, by name or by pid', async () => {
    const [own, foreign] = await Promise.all([victim('WaWorkerHost'), victim('node')]);
    for (const target of ['node', String(foreign.entry.pid), String(process.pid), '0', '1', '-1', '', '.exe', 'Wa*']) {
      await expect(kill({ target }, [own]), target).rejects.toMatchObject({ code: 'RV4201' });
    }
    expect([own.lives(), foreign.lives()]).toEqual([true, true]);
  });

  it('of what does not run names what does', async () => {
    const one = await victim('WaAppAgent');
    await expect(kill({ target: 'WaWorkerHost', instance: 'W_IN_0' }, [one])).rejects.toMatchObject({
      message: 'no process WaWorkerHost runs in W_IN_0',
      mend: 'running: WaAppAgent; see rolevm ps',
    });
    await expect(kill({ target: 'WaWorkerHost' }, [])).rejects.toMatchObject({ mend: 'nothing runs at present; see rolevm status' });
  });

  it.each([false, true])('of what has gone meanwhile says so (tree: %s)', async (tree) => {
    const [former, other] = await Promise.all([victim('WaWorkerHost'), victim('WaAppAgent')]);
    process.kill(former.entry.pid, 'SIGKILL');
    await former.exited;
    await expect(kill({ target: 'WaWorkerHost', tree }, [former, other])).rejects.toMatchObject({ code: 'RV4202' });
    expect(other.lives()).toBe(true);
  });

  it('returns when the end has been noticed, by whoever has to', async () => {
    const one = await victim('WaWorkerHost');
    let notice = () => {};
    let returned = false;
    const result = kill({ target: 'WaWorkerHost' }, [one], (pids) => {
      expect(pids).toEqual([one.entry.pid]);
      return new Promise((resolve) => (notice = resolve));
    }).then(() => {
      returned = true;
    });
    await one.exited;
    expect(returned).toBe(false);
    notice();
    await result;
  });
});
