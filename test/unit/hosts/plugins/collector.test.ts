import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openCollector } from '../../../../hosts/plugins/diagnostics/collector.ts';
import { type DiagnosticsSource, type DirectorySource, megabyte } from '../../../../hosts/plugins/diagnostics/configuration.ts';
import { driveLayout } from '../../../../sandbox/drive-layout.ts';
import { vmDocument } from '../../sandbox/vm.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

const asRoot = process.getuid?.() === 0;
const onWindows = process.platform === 'win32';

function directory(container: string, place: DirectorySource['place'], quotaBytes = 100 * megabyte): DirectorySource {
  return { container, quotaBytes, place };
}

function sourceOf(changes: Partial<DiagnosticsSource>): DiagnosticsSource {
  return {
    kind: 'Directories',
    periodMs: 60_000,
    quotaBytes: 100 * megabyte,
    directories: [],
    eventLogs: [],
    levels: 'Undefined',
    ...changes,
  };
}

const keep = { kind: 'localResource', name: 'Keep', relativePath: '' } as const;

/** A VM whose LocalStorage `Keep` is collected into the container `own`, unless another source is given. */
function makeVm(source = sourceOf({ directories: [directory('own', keep)] }), overallQuotaBytes = 100 * megabyte, vmRoot = newFolder()) {
  const vm = vmDocument();
  const layout = driveLayout(vmRoot, vm);
  const configuration = { overallQuotaBytes, sources: [source], notPlayed: [] };
  const open = () => openCollector(configuration, { vm, layout, env: { HERE: path.join(vmRoot, 'C', 'Logs'), SystemRoot: 'D:\\Windows' } });
  let collector = open();
  const inKeep = (name: string) => path.join(layout.localStorage('Keep').host, name);
  fs.mkdirSync(inKeep(''), { recursive: true });
  const store = path.join(layout.diagnosticStore.host, 'WAD0107');
  return {
    layout,
    store,
    inKeep,
    write: (name: string, text: string) => {
      fs.mkdirSync(path.dirname(inKeep(name)), { recursive: true });
      fs.writeFileSync(inKeep(name), text);
    },
    append: (name: string, text: string) => fs.appendFileSync(inKeep(name), text),
    collect: () => collector.collect(source),
    startAgain: () => {
      collector = open();
    },
    collected: (container = 'own') => contentOf(path.join(store, container)),
  };
}

function newFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-collector-')));
  folders.push(folder);
  return folder;
}

/** Every file below a folder with its text. */
function contentOf(folder: string): Record<string, string> {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
  const files = names.filter((name) => fs.statSync(path.join(folder, name)).isFile()).sort();
  return Object.fromEntries(files.map((name) => [name.replaceAll('\\', '/'), fs.readFileSync(path.join(folder, name), 'utf8')]));
}

describe('a pass', () => {
  it('takes every file below the directory, and the next one only what is new', () => {
    const vm = makeVm();
    vm.write('a.log', 'one\n');
    vm.write('deep/er/b.log', 'b');
    expect(vm.collect()).toEqual({ files: 2, bytes: 5, troubles: [], removed: [] });
    vm.append('a.log', 'two\n');
    expect(vm.collect()).toMatchObject({ files: 1, bytes: 4 });
    expect(vm.collect()).toMatchObject({ files: 0, bytes: 0 });
    expect(vm.collected()).toEqual({ 'a.log': 'one\ntwo\n', 'deep/er/b.log': 'b' });
  });

  it('goes on where the agent before it was, so that nothing is collected twice', () => {
    const vm = makeVm();
    vm.write('a.log', 'one\n');
    vm.collect();
    vm.startAgain();
    vm.append('a.log', 'two\n');
    expect(vm.collect()).toMatchObject({ bytes: 4 });
    expect(vm.collected()).toEqual({ 'a.log': 'one\ntwo\n' });
  });

  it('puts right what an agent that was killed between copying and noting has left', () => {
    const vm = makeVm();
    vm.write('a.log', 'one\n');
    vm.collect();
    fs.appendFileSync(path.join(vm.store, 'own', 'a.log'), 'two\nhalf a li');
    vm.startAgain();
    vm.append('a.log', 'two\nwhole line\n');
    vm.collect();
    expect(vm.collected()).toEqual({ 'a.log': 'one\ntwo\nwhole line\n' });
  });

  it('keeps both when a log rotates: the end of the former and the new one', () => {
    const vm = makeVm();
    vm.write('a.log', 'one\n');
    vm.collect();
    vm.append('a.log', 'last\n');
    fs.renameSync(vm.inKeep('a.log'), vm.inKeep('a.log.old'));
    vm.write('a.log', 'new\n');
    vm.collect();
    expect(vm.collected()).toEqual({ 'a.log': 'one\nlast\n', 'a.log.1': 'new\n' });
  });

  it('collects a truncated file beside what was there', () => {
    const vm = makeVm();
    vm.write('a.log', 'a long first line\n');
    vm.collect();
    vm.write('a.log', 'short\n');
    vm.collect();
    expect(vm.collected()).toEqual({ 'a.log': 'a long first line\n', 'a.log.1': 'short\n' });
  });

  it('keeps the copy of a file that was deleted, and lets a directory that is missing come later', () => {
    const vm = makeVm();
    vm.write('a.log', 'one\n');
    vm.collect();
    fs.rmSync(vm.inKeep(''), { recursive: true });
    expect(vm.collect()).toMatchObject({ files: 0, troubles: [] });
    vm.write('b.log', 'two\n');
    vm.collect();
    expect(vm.collected()).toEqual({ 'a.log': 'one\n', 'b.log': 'two\n' });
  });

  it.skipIf(asRoot || onWindows)('tells of a file that is locked, takes the others, and takes it when it is free', () => {
    const vm = makeVm();
    vm.write('a.log', 'locked');
    vm.write('b.log', 'free');
    fs.chmodSync(vm.inKeep('a.log'), 0);
    expect(vm.collect()).toMatchObject({ files: 1, troubles: ['a.log cannot be collected (EACCES).'] });
    fs.chmodSync(vm.inKeep('a.log'), 0o600);
    vm.collect();
    expect(vm.collected()).toEqual({ 'a.log': 'locked', 'b.log': 'free' });
  });

  it('tells when a copy cannot be written, and loses nothing of it', () => {
    const vm = makeVm();
    vm.write('a/b.log', 'one\n');
    fs.mkdirSync(path.join(vm.store, 'own'), { recursive: true });
    fs.writeFileSync(path.join(vm.store, 'own', 'a'), 'in the way');
    expect(vm.collect()).toMatchObject({ files: 0, troubles: [expect.stringMatching(/^a\/b\.log cannot be collected/)] });
    fs.rmSync(path.join(vm.store, 'own', 'a'));
    vm.collect();
    expect(vm.collected()).toEqual({ 'a/b.log': 'one\n' });
  });

  it.skipIf(onWindows)('follows no links and opens no pipes', async () => {
    const vm = makeVm();
    const outside = newFolder();
    fs.writeFileSync(path.join(outside, 'secret'), 'secret');
    fs.symlinkSync(path.join(outside, 'secret'), vm.inKeep('link.log'));
    fs.symlinkSync(outside, vm.inKeep('folder'));
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [vm.inKeep('pipe')]);
    expect(vm.collect()).toEqual({ files: 0, bytes: 0, troubles: [], removed: [] });
  });

  it.skipIf(onWindows)('writes nothing through a link that a role has laid into the store', () => {
    const vm = makeVm();
    const outside = newFolder();
    vm.write('a.log', 'one\n');
    fs.symlinkSync(outside, path.join(vm.store, 'own'));
    expect(vm.collect()).toMatchObject({ files: 0, troubles: ['a.log cannot be collected (a link stands in the way of its copy).'] });
    expect(fs.readdirSync(outside)).toEqual([]);
  });

  it('leaves its own store out of a directory that holds it', () => {
    const vm = makeVm(sourceOf({ directories: [directory('own', { kind: 'localResource', name: 'DiagnosticStore', relativePath: '.' })] }));
    fs.writeFileSync(path.join(vm.layout.diagnosticStore.host, 'WaWorkerHost.log'), 'x');
    vm.collect();
    vm.collect();
    expect(Object.keys(vm.collected()).filter((name) => name.includes('WAD0107'))).toEqual([]);
    expect(vm.collected()['WaWorkerHost.log']).toBe('x');
  });

  it('finds an absolute path by a variable, whether it holds a drive path or a host path', () => {
    const absolute = (written: string) => ({ kind: 'absolute', path: written, expandEnvironment: true }) as const;
    const vm = makeVm(
      sourceOf({ directories: [directory('own', absolute('%here%')), directory('system', absolute('%SystemRoot%\\sub'))] }),
    );
    const logs = vm.layout.logs.host;
    const windows = path.join(vm.layout.windows.host, 'sub');
    for (const folder of [logs, windows]) fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(logs, 'x.log'), 'x');
    fs.writeFileSync(path.join(windows, 'y.log'), 'y');
    vm.collect();
    expect([vm.collected(), vm.collected('system')]).toEqual([{ 'x.log': 'x' }, { 'y.log': 'y' }]);
  });

  it.each([
    [{ kind: 'localResource', name: 'Nobody', relativePath: '' }, 'the role has no LocalStorage of that name'],
    [{ kind: 'localResource', name: 'Keep', relativePath: '..\\..\\..' }, '".." could leave the drive'],
    [{ kind: 'absolute', path: 'Z:\\logs', expandEnvironment: false }, 'does not begin with a drive of the VM'],
    [{ kind: 'absolute', path: '/etc', expandEnvironment: false }, 'does not begin with a drive of the VM'],
  ] as const)('is refused for a place that is not on the VM: %j', (place, sentence) => {
    expect(() => makeVm(sourceOf({ directories: [directory('own', place)] }))).toThrow(sentence);
  });
});

describe('quotas', () => {
  const seconds = (file: string, at: number) => fs.utimesSync(file, at, at);

  it('let the oldest of a container go first, and the log go on behind it', () => {
    const vm = makeVm(sourceOf({ directories: [directory('own', keep, 10)] }));
    vm.write('old.log', '123456');
    vm.collect();
    seconds(path.join(vm.store, 'own', 'old.log'), 1);
    vm.write('new.log', '123456');
    expect(vm.collect().removed).toEqual([path.join(vm.store, 'own', 'old.log')]);
    vm.append('old.log', '78');
    vm.collect();
    expect(vm.collected()).toEqual({ 'new.log': '123456', 'old.log': '78' });
  });

  it('hold for everything together', () => {
    const vm = makeVm(sourceOf({ directories: [directory('own', keep)] }), 10);
    fs.mkdirSync(path.join(vm.store, 'earlier'), { recursive: true });
    fs.writeFileSync(path.join(vm.store, 'earlier', 'x'), '12345678');
    seconds(path.join(vm.store, 'earlier', 'x'), 1);
    vm.write('a.log', '123456');
    expect(vm.collect().removed).toEqual([path.join(vm.store, 'earlier', 'x')]);
    expect(vm.collected()).toEqual({ 'a.log': '123456' });
  });

  it('take the end of a file that grew by more than they hold', () => {
    const vm = makeVm(sourceOf({ directories: [directory('own', keep, 4)] }));
    vm.write('a.log', '0123456789');
    expect(vm.collect().troubles).toEqual([expect.stringContaining('6 bytes are passed over')]);
    expect(vm.collected()).toEqual({ 'a.log': '6789' });
  });
});

describe('logs', () => {
  const event = (level: string, id: number) => `${JSON.stringify({ time: 't', log: 'System', level, id })}\n`;

  it('of Windows are taken by name and level, whole lines only', () => {
    const vm = makeVm(sourceOf({ kind: 'WindowsEventLog', eventLogs: ['System'], levels: 'Warning' }));
    const logs = vm.layout.eventLogs.host;
    fs.mkdirSync(logs, { recursive: true });
    const file = path.join(logs, 'System.vm.jsonl');
    fs.writeFileSync(path.join(logs, 'Application.vm.jsonl'), event('Error', 9));
    fs.writeFileSync(file, event('Error', 1) + event('Information', 2) + event('Warning', 3).slice(0, 20));
    vm.collect();
    fs.appendFileSync(file, event('Warning', 3).slice(20));
    vm.collect();
    expect(vm.collected('WADWindowsEventLogsTable')).toEqual({ 'System.vm.jsonl': event('Error', 1) + event('Warning', 3) });
  });

  it('of the platform are filtered with the lines that belong to an entry', () => {
    const vm = makeVm(sourceOf({ kind: 'DiagnosticInfrastructureLogs', levels: 'Error' }));
    const bootstrapper = vm.layout.bootstrapperLog.host;
    fs.mkdirSync(vm.layout.logs.host, { recursive: true });
    fs.writeFileSync(
      bootstrapper,
      '[00000001:00000001, 2014/03/11, 09:14:02.113, ERROR] wrong\n    more\n[00000001:00000001, 2014/03/11, 09:14:02.113, WARN ] fine\n    less\n',
    );
    fs.writeFileSync(
      vm.layout.waAppAgentLog.host,
      '[00000006] [03/11/2014 09:13:58.41] [INFO]  starting\n[00000006] [03/11/2014 09:13:58.41] [ERROR] bad\n',
    );
    fs.writeFileSync(
      vm.layout.hostLog('WaWorkerHost').host,
      'WaWorkerHost Error: 0 : [x] no\nMicrosoft.WindowsAzure.ServiceRuntime Information: 100 : [x] yes\n',
    );
    fs.writeFileSync(vm.layout.hostLog('DiagnosticsAgent').host, 'DiagnosticsAgent Error: 0 : [x] own\n');
    vm.collect();
    expect(vm.collected('WADDiagnosticInfrastructureLogsTable')).toEqual({
      'WaAppAgent.log': '[00000006] [03/11/2014 09:13:58.41] [ERROR] bad\n',
      'WaHostBootstrapper.log': '[00000001:00000001, 2014/03/11, 09:14:02.113, ERROR] wrong\n    more\n',
      'WaWorkerHost.log': 'WaWorkerHost Error: 0 : [x] no\n',
    });
  });

  it('of the role are what it prints', () => {
    const vm = makeVm(sourceOf({ kind: 'Logs' }));
    fs.mkdirSync(vm.layout.logs.host, { recursive: true });
    fs.writeFileSync(vm.layout.hostOutput('WaWorkerHost').host, 'hello\n');
    vm.collect();
    expect(vm.collected('WADLogsTable')).toEqual({ 'WaWorkerHost.out.log': 'hello\n' });
  });
});

it('a ledger that a role has altered cannot lead a copy out of its container', () => {
  const vm = makeVm();
  vm.write('a.log', 'one\n');
  vm.collect();
  const ledger = path.join(vm.layout.diagnosticStore.host, 'Monitor', 'collected.json');
  fs.writeFileSync(
    ledger,
    fs
      .readFileSync(ledger, 'utf8')
      .replace('"a.log"', '"../../../a.log"')
      .replace(/"offset":\d+/, '"offset":0'),
  );
  vm.startAgain();
  vm.collect();
  expect(vm.collected()).toEqual({ 'a.log': 'one\n', 'a.log.1': 'one\n' });
  expect(fs.existsSync(path.join(vm.store, '../../a.log'))).toBe(false);
});
