import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isNamed, isTelling, type LogFile, logFiles } from '../../../cli/log-files.ts';
import { mergedLines, stampOf, timedLines } from '../../../cli/merge-lines.ts';
import { storedVms } from '../../../control/stored-vms.ts';
import { agentLine } from '../../../logs/formats/agent-line.ts';
import { bootstrapperLine } from '../../../logs/formats/bootstrapper-line.ts';
import { traceLine } from '../../../logs/formats/trace-line.ts';
import { driveLayout } from '../../../sandbox/drive-layout.ts';

const owner = {
  deploymentId: 'd'.repeat(32),
  roleName: 'Worker',
  instanceId: 'Worker_IN_0',
  roleDrive: 'E',
  configIncarnation: 1,
} as const;

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'rolevm-logs-'));
});
afterEach(() => rmSync(state, { recursive: true }));

function write(path: string, text = ''): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe('the logs on the drives', () => {
  it('are found where the agents and the bootstrapper write them, former ones included', () => {
    const layout = driveLayout(join(state, 'vms/Worker_IN_0'), owner);
    const written = [
      layout.appAgentRuntimeLog,
      layout.waAppAgentLog,
      layout.bootstrapperLog,
      layout.taskOutput(0, 'prepare.js x'),
      layout.hostOutput('WaWorkerHost'),
      layout.hostLog('WaWorkerHost'),
    ];
    for (const place of written) write(place.host);
    write(`${layout.bootstrapperLog.host}.old.001`);
    write(`${layout.waAppAgentLog.host}.old`);
    write(join(layout.approot.host, 'node_modules/x/x.log'));
    write(join(layout.approot.host, 'Worker.dll'));
    const [vm] = storedVms(state);
    expect(vm).toMatchObject({ instance: 'Worker_IN_0', letters: ['C', 'E'] });
    const found = logFiles(vm as NonNullable<typeof vm>);
    expect(found.map((file) => file.drivePath).sort()).toEqual(
      [...written.map((place) => place.drive), 'C:\\Logs\\WaAppAgent.log.old', 'C:\\Resources\\WaHostBootstrapper.log.old.001'].sort(),
    );
    expect(
      found
        .filter(isTelling)
        .map((file) => file.drivePath)
        .sort(),
    ).toEqual(
      [layout.appAgentRuntimeLog, layout.bootstrapperLog, layout.taskOutput(0, 'prepare.js'), layout.hostOutput('WaWorkerHost')]
        .map((place) => place.drive)
        .sort(),
    );
  });

  it('are not looked for behind links', () => {
    mkdirSync(join(state, 'vms/W_IN_0/C/Logs'), { recursive: true });
    write(join(state, 'elsewhere/secret.log'));
    symlinkSync(join(state, 'elsewhere'), join(state, 'vms/W_IN_0/C/Logs/link'));
    symlinkSync(join(state, 'elsewhere/secret.log'), join(state, 'vms/W_IN_0/C/Logs/link.log'));
    expect(storedVms(state).flatMap(logFiles)).toEqual([]);
  });

  it('of instances are in the order of their numbers, and what lies beside the VMs is none', () => {
    for (const name of ['W_IN_10', 'W_IN_9', 'node_modules']) mkdirSync(join(state, 'vms', name), { recursive: true });
    expect(storedVms(state).map((vm) => vm.instance)).toEqual(['W_IN_9', 'W_IN_10']);
    expect(storedVms(join(state, 'nowhere'))).toEqual([]);
  });

  it.each(['WaAppAgent', 'waappagent.log', 'C:\\Logs\\WaAppAgent.log', 'c:/logs/waappagent.log'])('answer to %s', (name) => {
    const file = { instance: 'W', name: 'WaAppAgent.log', drivePath: 'C:\\Logs\\WaAppAgent.log', hostPath: '' };
    expect(isNamed(file, name)).toBe(true);
    expect(isNamed({ ...file, name: 'WaAppAgent.log.old', drivePath: `${file.drivePath}.old` }, name)).toBe(false);
  });
});

describe('lines of several logs', () => {
  const time = new Date('2014-03-11T09:14:02.670Z');
  const entry = { time, level: 'info', text: 'text [2013/01/01, 00:00:00.000]', pid: 3188 } as const;
  const file = (name: string): LogFile => ({ instance: 'W', name, drivePath: name, hostPath: name });

  it.each([
    ['WaHostBootstrapper.log', bootstrapperLine],
    ['WaAppAgent.log', agentLine],
    ['WaWorkerHost.log', traceLine('WaWorkerHost')],
  ])('of %s have the time of their stamp', (_, format) => {
    expect(stampOf(format(entry))).toBe(time.getTime());
  });

  it.each(['version 1: hello', '', '    at 2014/03/11, 09:14', '2014'])('without a stamp, such as %j, have none', (line) => {
    expect(stampOf(line)).toBeUndefined();
  });

  it('are merged by time; what follows an entry stays with it', () => {
    const at = (second: number, text: string) => bootstrapperLine({ ...entry, time: new Date(Date.UTC(2014, 2, 11, 9, 14, second)), text });
    const one = timedLines(file('a'), [at(1, 'a1'), '    more of a1', at(3, 'a3')], { first: 0, last: 0 });
    const two = timedLines(file('b'), [at(2, 'b2')], { first: 0, last: 0 });
    expect(mergedLines([two, one]).map((line) => line.line.slice(-2))).toEqual(['a1', 'a1', 'b2', 'a3']);
    expect(one.every((line) => line.stamped)).toBe(true);
  });

  it('of output without any stamp lie between the first and the last moment of their file, and say that this is an estimate', () => {
    const lines = timedLines(file('out'), ['one', 'two', 'three'], { first: 1_000, last: 3_000 });
    expect(lines.map((line) => [line.time, line.stamped])).toEqual([
      [1_000, false],
      [2_000, false],
      [3_000, false],
    ]);
    expect(timedLines(file('out'), ['only'], { first: 1_000, last: 3_000 }).map((line) => line.time)).toEqual([1_000]);
  });
});
