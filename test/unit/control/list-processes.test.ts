import { describe, expect, it } from 'vitest';
import type { KnownProcess } from '../../../agents/host-agent/process-registry.ts';
import { listVmProcesses } from '../../../control/emulator/list-processes.ts';
import type { ProcessEntry } from '../../../kernel/process-table/index.ts';

/** Pids that no process of this machine has: Linux gives none above 2^22. */
const base = 2 ** 23;
const startedAtMs = Date.now() - 10_000;

const entry = (n: number, parent: number, name: string, changes: Partial<ProcessEntry> = {}): ProcessEntry => ({
  pid: base + n,
  ppid: base + parent,
  startTicks: `${n}`,
  state: 'S',
  pgid: 0,
  session: 0,
  cpuMs: 1_000,
  memory: 4_096,
  startedAtMs,
  name,
  ...changes,
});
const known = (n: number, name: string, changes: Partial<KnownProcess> = {}): KnownProcess => ({
  name,
  kind: 'played',
  pid: base + n,
  ppid: base,
  startTicks: `${n}`,
  startedAt: '2014-03-11T09:14:00.000Z',
  state: 'host.ready',
  since: '2014-03-11T09:15:00.000Z',
  ...changes,
});
const list = (processes: readonly KnownProcess[], table: readonly ProcessEntry[]) =>
  listVmProcesses([{ instance: 'W_IN_0', known: processes }], table);
const names = (processes: readonly KnownProcess[], table: readonly ProcessEntry[]) =>
  list(processes, table).map(({ name, state }) => `${name} ${state}`);

describe('the list of processes', () => {
  it('has what was reported with the state of its machine, and what the system says of it', () => {
    const [row] = list([known(1, 'WaHostBootstrapper')], [entry(1, 0, 'WaHostBootstrap')]);
    expect(row).toMatchObject({
      instance: 'W_IN_0',
      name: 'WaHostBootstrapper',
      pid: base + 1,
      ppid: base,
      state: 'host.ready',
      since: '2014-03-11T09:15:00.000Z',
      startedAt: '2014-03-11T09:14:00.000Z',
      memory: 4_096,
    });
    expect(row?.cpu).toBeGreaterThan(9);
    expect(row?.cpu).toBeLessThanOrEqual(10);
  });

  it('has what those have started without a report, each once', () => {
    const table = [entry(1, 0, 'WindowsAzureGue'), entry(2, 1, 'WaHostBootstrap'), entry(3, 2, 'sh'), entry(4, 3, 'sleep')];
    expect(names([known(1, 'WindowsAzureGuestAgent'), known(2, 'WaHostBootstrapper')], table)).toEqual([
      'WindowsAzureGuestAgent host.ready',
      'WaHostBootstrapper host.ready',
      'sh running',
      'sleep running',
    ]);
  });

  it('has nothing that has ended, reported or not', () => {
    const table = [entry(1, 0, 'WaWorkerHost', { state: 'Z' }), entry(2, 0, 'WaHostBootstrap'), entry(3, 2, 'sh', { state: 'Z' })];
    expect(names([known(1, 'WaWorkerHost'), known(2, 'WaHostBootstrapper'), known(9, 'gone')], table)).toEqual([
      'WaHostBootstrapper host.ready',
    ]);
  });

  it('has nothing that got the pid of a process that was reported', () => {
    const table = [entry(1, 0, 'firefox', { startTicks: '77' }), entry(2, 1, 'tab')];
    expect(names([known(1, 'WaWorkerHost')], table)).toEqual([]);
  });

  it.each(['T', 't'])('calls suspended what is stopped, since its machine cannot say so (%s)', (state) => {
    const table = [entry(1, 0, 'WaHostBootstrap', { state }), entry(2, 1, 'sh', { state })];
    expect(names([known(1, 'WaHostBootstrapper')], table)).toEqual(['WaHostBootstrapper suspended', 'sh suspended']);
  });

  it('has the processes of each instance under its name', () => {
    const table = [entry(1, 0, 'WaAppAgent'), entry(2, 0, 'WaAppAgent')];
    const rows = listVmProcesses(
      [
        { instance: 'W_IN_0', known: [known(1, 'WaAppAgent')] },
        { instance: 'W_IN_1', known: [known(2, 'WaAppAgent')] },
        { instance: 'W_IN_2', known: [] },
      ],
      table,
    );
    expect(rows.map(({ instance, pid }) => [instance, pid - base])).toEqual([
      ['W_IN_0', 1],
      ['W_IN_1', 2],
    ]);
  });
});
