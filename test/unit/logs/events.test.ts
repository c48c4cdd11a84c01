import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEventLog } from '../../../logs/event-log.ts';
import { knownEvents, managedExceptionCode } from '../../../logs/known-events.ts';
import { readEvents } from '../../../logs/read-events.ts';

let directory: string;
let clock: number;
const now = () => {
  clock += 1;
  return clock;
};
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rolevm-events-'));
  clock = Date.UTC(2014, 2, 11, 9, 14);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (writer: string, options: object = {}) => openEventLog({ directory, writer, now, ...options });
const ids = async () => (await readEvents(directory)).map((event) => event.id);

describe('openEventLog', () => {
  it('has one file for each log and writer, and the entry is in it when the call returns', () => {
    const events = open('WaHostBootstrapper');
    events.write(knownEvents.startupTaskStarted('2.7', 'E:\\approot\\setup.cmd'));
    events.write(knownEvents.eventLogStarted());
    open('WindowsAzureGuestAgent').write(knownEvents.guestAgentInitialized());
    expect(readdirSync(directory).sort()).toEqual([
      'System.WaHostBootstrapper.jsonl',
      'Windows Azure.WaHostBootstrapper.jsonl',
      'Windows Azure.WindowsAzureGuestAgent.jsonl',
    ]);
    expect(JSON.parse(readFileSync(join(directory, 'Windows Azure.WaHostBootstrapper.jsonl'), 'utf8'))).toEqual({
      time: '2014-03-11T09:14:00.001Z',
      log: 'Windows Azure',
      source: 'Windows Azure Runtime 2.7',
      id: 10001,
      level: 'Information',
      message: 'Startup task started: E:\\approot\\setup.cmd',
      data: { commandLine: 'E:\\approot\\setup.cmd' },
    });
  });

  it.skipIf(!existsSync('/dev/full'))('says in the log how many entries a full disk has cost', async () => {
    const file = join(directory, 'System.Vm.jsonl');
    symlinkSync('/dev/full', file);
    const events = open('Vm');
    events.write(knownEvents.eventLogStarted());
    events.write(knownEvents.eventLogStopped());
    rmSync(file);
    events.write(knownEvents.eventLogStarted());
    const read = await readEvents(directory);
    expect(read.map((event) => event.id)).toEqual([1101, 6005]);
    expect(read[0]).toMatchObject({ log: 'System', data: { count: 2 } });
  });
});

describe('the known events', () => {
  it('have the logs, sources and ids of AB 7.3', () => {
    const at = new Date(clock);
    const failure = { processId: 1, processName: 'WaWorkerHost', threadId: 1, instanceId: 'R_IN_0', exception: 'Error: x' };
    const fault = {
      application: 'WaWorkerHost.exe',
      version: '2.7',
      exceptionCode: managedExceptionCode,
      processId: 255,
      path: 'E:\\base\\x64\\WaWorkerHost.exe',
    };
    const table = [
      knownEvents.guestAgentInitialized(),
      knownEvents.startupTaskStarted('2.7', 'x'),
      knownEvents.startupTaskSucceeded('2.7', 'x'),
      knownEvents.iisConfiguratorStarted('2.7'),
      knownEvents.iisConfiguratorFinished('2.7'),
      knownEvents.roleUnhandledException('2.7', failure),
      knownEvents.processTerminatedByException('WaWorkerHost.exe', 'v20', 'Error: x'),
      knownEvents.applicationError(fault),
      knownEvents.shutdownInitiated('RD00155D50206D'),
      knownEvents.eventLogStarted(),
      knownEvents.eventLogStopped(),
      knownEvents.shutdownWasUnexpected(at),
      knownEvents.systemStarted(at),
      knownEvents.systemStopping(at),
    ].map(({ log, source, id, level }) => `${log} | ${source} | ${id} | ${level}`);
    expect(table).toEqual([
      'Windows Azure | Windows Azure Guest Agent | 20001 | Information',
      'Windows Azure | Windows Azure Runtime 2.7 | 10001 | Information',
      'Windows Azure | Windows Azure Runtime 2.7 | 10002 | Information',
      'Windows Azure | Windows Azure Runtime 2.7 | 10003 | Information',
      'Windows Azure | Windows Azure Runtime 2.7 | 10004 | Information',
      'Windows Azure | Windows Azure Runtime 2.7 | 10100 | Error',
      'Application | .NET Runtime | 1026 | Error',
      'Application | Application Error | 1000 | Error',
      'System | USER32 | 1074 | Information',
      'System | EventLog | 6005 | Information',
      'System | EventLog | 6006 | Information',
      'System | EventLog | 6008 | Error',
      'System | Microsoft-Windows-Kernel-General | 12 | Information',
      'System | Microsoft-Windows-Kernel-General | 13 | Information',
    ]);
  });

  it('name what a person looks for: process, thread, role, code, initiator', () => {
    const failure = { processId: 4711, processName: 'WaWorkerHost', threadId: 1, instanceId: 'R_IN_0', exception: 'Error: boom' };
    expect(knownEvents.roleUnhandledException('2.7', failure).message).toBe(
      'Process ID: 4711\nProcess Name: WaWorkerHost\nThread ID: 1\nAppDomain Unhandled Exception for role R_IN_0\nException: Error: boom',
    );
    const fault = {
      application: 'WaWorkerHost.exe',
      version: '2.7',
      exceptionCode: 0xe0434352,
      processId: 255,
      path: 'E:\\base\\x64\\WaWorkerHost.exe',
    };
    expect(knownEvents.applicationError(fault).message).toContain('Exception code: 0xe0434352\nFaulting process id: 0xff');
    expect(knownEvents.shutdownInitiated('RD00155D50206D').message).toBe(
      'The process D:\\Packages\\GuestAgent\\WaAppAgent.exe (RD00155D50206D) has initiated the shutdown of computer RD00155D50206D ' +
        'on behalf of user NT AUTHORITY\\SYSTEM for the following reason: Legacy API shutdown',
    );
  });
});

describe('readEvents', () => {
  it('merges the files of all writers by time', async () => {
    const agent = open('WindowsAzureGuestAgent');
    const bootstrapper = open('WaHostBootstrapper');
    agent.write(knownEvents.guestAgentInitialized());
    bootstrapper.write(knownEvents.startupTaskStarted('2.7', 'a'));
    bootstrapper.write(knownEvents.startupTaskSucceeded('2.7', 'a'));
    agent.write(knownEvents.guestAgentInitialized());
    bootstrapper.write(knownEvents.startupTaskStarted('2.7', 'a'));
    expect(await ids()).toEqual([20001, 10001, 10002, 20001, 10001]);
  });

  it('reads what is full before what goes on from it', async () => {
    const events = open('WaHostBootstrapper', { maxBytes: 1_000, now: () => clock });
    for (let n = 0; n < 10; n += 1) events.write(knownEvents.startupTaskStarted('2.7', `task ${n}`));
    expect(readdirSync(directory)).toHaveLength(2);
    const messages = (await readEvents(directory)).map((event) => event.message);
    const first = 10 - messages.length;
    expect(messages).toEqual(Array.from({ length: messages.length }, (_, n) => `Startup task started: task ${first + n}`));
    rmSync(join(directory, 'Windows Azure.WaHostBootstrapper.jsonl'));
    expect(await readEvents(directory)).not.toHaveLength(0);
  });

  it('passes over torn lines, other files and what is no event, whatever a role has written there', async () => {
    open('WaHostBootstrapper').write(knownEvents.startupTaskStarted('2.7', 'a'));
    const file = join(directory, 'Windows Azure.WaHostBootstrapper.jsonl');
    const good = { time: '2014-03-11T09:14:00.001Z', log: 'System', source: 's', id: 1, level: 'Error', message: 'm' };
    const bad = [
      null,
      [],
      'text',
      { ...good, time: 'yesterday' },
      { ...good, time: '2014-13-41T09:14:00.001Z' },
      { ...good, log: 'Security' },
      { ...good, id: '1' },
      { ...good, level: 'error' },
      { ...good, data: { nested: {} } },
      { ...good, message: 'x'.repeat(1_000_001) },
    ];
    appendFileSync(file, `${bad.map((value) => JSON.stringify(value)).join('\n')}\n\n${JSON.stringify(good)}\n{"time":"2014-`);
    writeFileSync(join(directory, 'notes.txt'), JSON.stringify(good));
    expect(await ids()).toEqual([10001, 1]);
  });

  it('knows of no events before the directory exists', async () => {
    rmSync(directory, { recursive: true });
    expect(await readEvents(directory)).toEqual([]);
  });
});
