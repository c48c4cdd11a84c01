import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { descendants, isAlive, listProcesses, type ProcessEntry } from '../../kernel/process-table/index.ts';
import { bundle, temporaryDirectory, withKoffi, withoutKoffi } from '../fixtures/processes/build.ts';

const directory = temporaryDirectory();

interface Ended {
  readonly ended: readonly { readonly pid: number; readonly name: string }[];
  readonly survivors: readonly { readonly pid: number; readonly name: string }[];
  readonly ms: number;
}

describe.skipIf(process.platform !== 'linux')('a job', () => {
  let program: string;
  let owner: ChildProcess;

  beforeAll(async () => {
    program = await bundle('test/fixtures/processes/job-owner.ts', directory);
  });

  afterEach(() => {
    for (const entry of below()) if (entry.state !== 'Z') process.kill(entry.pid, 'SIGKILL');
    owner.kill('SIGKILL');
  });

  async function open(environment: NodeJS.ProcessEnv = withKoffi): Promise<void> {
    owner = spawn(process.execPath, [program], { env: environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(owner, 'message');
  }

  async function ask<Answer>(command: object): Promise<Answer> {
    owner.send(command);
    const [answer] = await once(owner, 'message');
    return answer as Answer;
  }

  function below(): ProcessEntry[] {
    return descendants(owner.pid ?? 0, listProcesses());
  }

  /** The processes below the owner once there are at least so many, and all have become what they are to be. */
  async function settled(count: number, name = 'sleep'): Promise<ProcessEntry[]> {
    for (;;) {
      const found = below().filter((entry) => entry.name === name && entry.state !== 'Z');
      if (found.length >= count) return found;
      await new Promise((resume) => setTimeout(resume, 5));
    }
  }

  it('ends with every process in it, however it was detached, and nothing is left unreaped', async () => {
    await open();
    // Children, double forks, sessions of their own, empty environments; some of them stopped.
    await ask({ type: 'start', bare: false, script: 'sleep 60 & sleep 60 & sleep 60 & (sleep 60 & sleep 60 &) ; wait' });
    await ask({ type: 'start', bare: true, script: 'sleep 60 & sleep 60 & (setsid sleep 60 &) ; (setsid env -i sleep 60 &) ; wait' });
    await ask({ type: 'start', bare: true, script: 'sleep 60 & sleep 60 & sleep 60 & sleep 60 & sleep 60 & sleep 60 & exit 0' });
    await ask({ type: 'start', bare: false, script: 'kill -STOP $$' });
    const sleeping = await settled(15);
    while (!below().some((entry) => entry.state === 'T')) await new Promise((resume) => setTimeout(resume, 5));
    const members = below().filter((entry) => entry.state !== 'Z');
    const answer = await ask<Ended>({ type: 'end' });
    expect(answer.survivors).toEqual([]);
    for (const member of members) expect(isAlive(member)).toBe(false);
    for (const { pid } of sleeping) expect(answer.ended).toContainEqual({ pid, name: 'sleep' });
    expect(below().filter((entry) => entry.state !== 'Z')).toEqual([]);
    expect(below().map((entry) => entry.pid)).toEqual([]);
  });

  it('ends in reverse order of start', async () => {
    await open();
    const first = await ask<{ pid: number }>({ type: 'start', bare: false, script: 'exec sleep 60' });
    await settled(1);
    const second = await ask<{ pid: number }>({ type: 'start', bare: false, script: 'exec sleep 60' });
    await settled(2);
    const { ended } = await ask<Ended>({ type: 'end' });
    expect(ended.map(({ pid }) => pid)).toEqual([second.pid, first.pid]);
  });

  it('leaves alone what is excluded, with everything below it', async () => {
    await open();
    const kept = await ask<{ pid: number }>({ type: 'start', bare: false, script: 'sleep 60 & sleep 60 & wait' });
    await settled(2);
    const taken = await ask<{ pid: number }>({ type: 'start', bare: false, script: 'exec sleep 60' });
    await settled(3);
    const { ended } = await ask<Ended>({ type: 'end', exclude: [kept.pid] });
    expect(ended.map(({ pid }) => pid)).toEqual([taken.pid]);
    expect(await settled(2)).toHaveLength(2);
  });

  it('ends programs that replace themselves faster than one can look', async () => {
    await open();
    const comet = 'n="$0"; while :; do setsid sh -c "$1" "$n" "$1" & exit 0; done';
    await ask({ type: 'start', bare: true, script: `exec sh -c '${comet}' comet '${comet}'` });
    await ask({ type: 'start', bare: false, script: 'while :; do sleep 0.01 & done' });
    await settled(1, 'sh');
    const answer = await ask<Ended>({ type: 'end' });
    expect(answer.survivors).toEqual([]);
    expect(below().filter((entry) => entry.state !== 'Z')).toEqual([]);
  });

  it('goes on below a dead owner until the process above ends its orphans, and only those', async () => {
    await open();
    const dead = await ask<{ pid: number }>({ type: 'own' });
    const living = await ask<{ pid: number }>({ type: 'own' });
    const start = { type: 'start', bare: true, script: '(setsid sleep 60 &) ; sleep 60' };
    await ask({ type: 'tell', pid: dead.pid, command: start });
    await settled(2);
    await ask({ type: 'tell', pid: living.pid, command: start });
    await settled(4);
    process.kill(dead.pid, 'SIGKILL');
    while (below().some((entry) => entry.pid === dead.pid)) await new Promise((resume) => setTimeout(resume, 5));
    const { ended } = await ask<Ended>({ type: 'orphans' });
    expect(ended.filter(({ name }) => name === 'sleep')).toHaveLength(2);
    const table = listProcesses();
    expect(descendants(living.pid, table).filter((entry) => entry.name === 'sleep')).toHaveLength(2);
    expect(isAlive(table.find((entry) => entry.pid === living.pid) ?? { pid: 0, startTicks: '' })).toBe(true);
  });

  it('finds the orphans of a dead owner by their marker where there is no subreaper', async () => {
    await open({ ...withoutKoffi, RoleDeploymentID: `d${process.pid}` });
    const dead = await ask<{ pid: number }>({ type: 'own' });
    await ask({ type: 'tell', pid: dead.pid, command: { type: 'start', bare: false, script: 'sleep 60 & wait' } });
    const members = [...(await settled(1)), ...below().filter((entry) => entry.name === 'sh')];
    process.kill(dead.pid, 'SIGKILL');
    while (below().some((entry) => entry.pid === dead.pid)) await new Promise((resume) => setTimeout(resume, 5));
    expect(members.every(isAlive)).toBe(true);
    const { ended } = await ask<Ended>({ type: 'orphans', marker: { RoleDeploymentID: `d${process.pid}` } });
    expect(ended.map(({ pid }) => pid).toSorted()).toEqual(members.map(({ pid }) => pid).toSorted());
    expect(members.some(isAlive)).toBe(false);
  });
});
