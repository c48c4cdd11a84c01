import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  ancestors,
  descendants,
  findByMarker,
  fullName,
  isAlive,
  killIdentity,
  listProcesses,
  processIdentity,
  readProcess,
} from '../../../kernel/process-table/index.ts';
import { parseStat } from '../../../kernel/process-table/linux-stat.ts';
import { parseLine, psTable } from '../../../kernel/process-table/ps.ts';
import { parseProcesses } from '../../../kernel/process-table/windows.ts';

const units = { pageBytes: 4096, ticksPerSecond: 100, bootMs: 1_700_000_000_000 };
const tail = '1 42 43 34816 -1 4194304 500 0 3 0 250 50 0 0 20 0 7 0 123456 900000000 10 18446744073709551615 0 0';

describe('a line of /proc/<pid>/stat', () => {
  it('gives the fields in their units', () => {
    expect(parseStat(`77 (node) S ${tail}`, units)).toEqual({
      pid: 77,
      startTicks: '123456',
      ppid: 1,
      state: 'S',
      pgid: 42,
      session: 43,
      cpuMs: 3_000,
      memory: 40_960,
      startedAtMs: 1_700_001_234_560,
      name: 'node',
    });
  });

  it.each(['a b', 'a) R 5 (b', '((', ')', '', 'x\ny', ') S 1'])('takes the name %j as it is', (name) => {
    expect(parseStat(`77 (${name}) S ${tail}`, units)).toMatchObject({ name, ppid: 1, state: 'S', startTicks: '123456' });
  });

  it('counts a process as living while threads of it live', () => {
    expect(parseStat(`77 (node) Z ${tail}`, units)?.state).toBe('S');
    expect(parseStat(`77 (node) Z ${tail.replace('20 0 7', '20 0 1')}`, units)?.state).toBe('Z');
  });

  it.each(['', '77', '77 (node', '77 (node) S 1 2', '(x) S 1'])('refuses %j', (text) => {
    expect(parseStat(text, units)).toBeUndefined();
  });
});

describe('the tree', () => {
  const table = [
    { pid: 1, ppid: 0 },
    { pid: 10, ppid: 1 },
    { pid: 11, ppid: 10 },
    { pid: 12, ppid: 11 },
    { pid: 13, ppid: 10 },
    { pid: 20, ppid: 1 },
  ];

  it('has parents before their children, and not the root', () => {
    const found = descendants(10, table).map((entry) => entry.pid);
    expect(found.toSorted()).toEqual([11, 12, 13]);
    expect(found.indexOf(11)).toBeLessThan(found.indexOf(12));
  });

  it('is cut below what is pruned', () => {
    expect(descendants(1, table, (entry) => entry.pid === 11).map((entry) => entry.pid)).not.toContain(12);
  });

  it('does not run in circles', () => {
    const circle = [...table, { pid: 10, ppid: 12 }];
    expect(descendants(10, circle)).toHaveLength(3);
    expect(
      ancestors(12, [
        { pid: 12, ppid: 11 },
        { pid: 11, ppid: 12 },
      ]),
    ).toEqual([11, 12]);
  });

  it('knows who is above', () => {
    expect(ancestors(12, table)).toEqual([11, 10, 1]);
  });
});

describe('the running system', () => {
  it('lists this process under its parent, with a start time in the past', () => {
    const self = listProcesses().find((entry) => entry.pid === process.pid);
    expect(self).toMatchObject({ ppid: process.ppid, startTicks: processIdentity(process.pid)?.startTicks });
    expect(self?.startedAtMs).toBeLessThan(Date.now());
    expect(self?.startedAtMs).toBeGreaterThan(performance.timeOrigin - 60_000);
    expect(self?.memory).toBeGreaterThan(10_000_000);
  });

  it('knows neither a pid that nobody has nor its process', () => {
    expect(processIdentity(2 ** 22 + 1)).toBeUndefined();
    expect(readProcess(2 ** 22 + 1)).toBeUndefined();
    expect(isAlive({ pid: 2 ** 22 + 1, startTicks: '1' })).toBe(false);
  });

  it('takes another process under the same pid for another, and does not hit it', () => {
    const other = { pid: process.pid, startTicks: '1' };
    expect(isAlive(other)).toBe(false);
    expect(killIdentity(other, 'SIGKILL')).toBe(false);
  });

  it('finds a process by the variables it was started with, all of them and exactly', async () => {
    const child = spawn(process.execPath, ['-e', 'process.send(1); setInterval(() => {}, 1e6)'], {
      env: { RoleDeploymentID: 'd1x', RoleInstanceID: 'R_IN_0' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    await once(child, 'message');
    const pids = (marker: Record<string, string>) => findByMarker(marker).map((entry) => entry.pid);
    expect(pids({ RoleDeploymentID: 'd1x' })).toEqual([child.pid]);
    expect(pids({ RoleDeploymentID: 'd1x', RoleInstanceID: 'R_IN_0' })).toEqual([child.pid]);
    expect(pids({ RoleDeploymentID: 'd1x', RoleInstanceID: 'R_IN_1' })).toEqual([]);
    expect(pids({ RoleDeploymentID: 'd1' })).toEqual([]);
    expect(pids({})).toEqual([]);
    const identity = processIdentity(child.pid ?? 0);
    const exit = once(child, 'exit');
    expect(identity !== undefined && killIdentity(identity, 'SIGKILL')).toBe(true);
    await exit;
    expect(identity !== undefined && isAlive(identity)).toBe(false);
  });

  it('does not take for a job’s what a user has started with the variables of a role', async () => {
    const child = spawn(process.execPath, ['-e', 'process.send(1); setInterval(() => {}, 1e6)'], {
      env: { RoleDeploymentID: 'd2x', ROLEVM_SESSION: 'R_IN_0' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    await once(child, 'message');
    const found = [findByMarker({ RoleDeploymentID: 'd2x' }), listProcesses().filter(({ pid }) => pid === child.pid)];
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect(found.map(({ length }) => length)).toEqual([0, 1]);
  });
});

describe.skipIf(process.platform !== 'linux')('the full name', () => {
  const wait = 'process.send(1); setInterval(() => {}, 1e6)';
  it.each([
    ['of a program run by Node is the one it was started under', 'WindowsAzureGuestAgent', wait, 'WindowsAzureGuestAgent'],
    ['is the title, uncut', 'node', `process.title = 'WaHostBootstrapper'; ${wait}`, 'WaHostBootstrapper'],
    ['of another Node program is that of Node', 'node', wait, 'node'],
  ])('%s', async (_rule, argv0, program, name) => {
    const child = spawn(process.execPath, ['-e', program], { argv0, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    await once(child, 'message');
    const entry = readProcess(child.pid ?? 0);
    expect(entry === undefined ? undefined : fullName(entry)).toBe(name);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  });
});

describe('other systems', () => {
  it('has the columns of ps', () => {
    expect(parseLine('  501   1   501 0x0 Ss   Fri Nov 21 09:31:05 2025  1-02:03:04.50  2048 /usr/sbin/My Daemon (x)')).toEqual([
      {
        pid: 501,
        startTicks: String(Date.parse('Fri Nov 21 09:31:05 2025') / 1000),
        ppid: 1,
        pgid: 501,
        session: 0,
        state: 'S',
        cpuMs: 93_784_500,
        memory: 2_097_152,
        startedAtMs: Date.parse('Fri Nov 21 09:31:05 2025'),
        name: 'My Daemon (x)',
      },
    ]);
    expect(parseLine('ps: unknown option')).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('lists this process by ps, and not ps itself', () => {
    const listed = psTable.list();
    expect(listed.find((entry) => entry.pid === process.pid)).toMatchObject({ ppid: process.ppid });
    expect(listed.filter((entry) => entry.ppid === process.pid && entry.name === 'ps')).toEqual([]);
    expect(psTable.read(process.pid)?.startTicks).toBe(listed.find((entry) => entry.pid === process.pid)?.startTicks);
  });

  it('does not take a younger process for the parent on Windows', () => {
    const row = { KernelModeTime: 10_000_000, UserModeTime: 20_000_000, WorkingSetSize: 1_000, Name: 'a.exe' };
    const json = JSON.stringify([
      { ...row, ProcessId: 4, ParentProcessId: 0, Start: null },
      { ...row, ProcessId: 8, ParentProcessId: 4, Start: '133000000000000000' },
      { ...row, ProcessId: 12, ParentProcessId: 16, Start: '133000000000000000' },
      { ...row, ProcessId: 16, ParentProcessId: 8, Start: '133000000000010000' },
    ]);
    expect(parseProcesses(json).map((entry) => entry.ppid)).toEqual([0, 4, 0, 8]);
    expect(parseProcesses(json)[1]).toMatchObject({ cpuMs: 3_000, startTicks: '133000000000000000', startedAtMs: 1_655_526_400_000 });
    expect(parseProcesses('')).toEqual([]);
    expect(parseProcesses(JSON.stringify({ ...row, ProcessId: 4, ParentProcessId: 0, Start: null }))).toHaveLength(1);
  });
});
