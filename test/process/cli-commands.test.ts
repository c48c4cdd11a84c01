import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StateFile, StatusDocument } from '../../contracts/control-api.ts';
import { type BuiltCli, buildCli } from '../fixtures/cli/build-cli.ts';
import { expectGone } from './gone.ts';

let cli: BuiltCli;
let service: string;
let runs = 0;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.remove());

beforeEach(() => {
  service = join(cli.root, `service-${++runs}`);
  mkdirSync(service);
  writeFileSync(join(service, 'ServiceDefinition.csdef'), '');
});

const rolevm = (...args: string[]) => cli.run(args, { cwd: service });
const json = async (...args: string[]) => JSON.parse(String((await rolevm(...args, '--json')).stdout));
const state = (): StateFile => JSON.parse(readFileSync(join(service, '.rolevm/state.json'), 'utf8'));

describe('a service in the background', () => {
  beforeEach(async () => {
    expect(await rolevm('up', '--detach')).toMatchObject({ exitCode: 0 });
  });
  afterEach(async () => {
    await rolevm('down');
  });

  it('answers every command from its folder, without being told where it is', async () => {
    const status: StatusDocument = await json('status');
    expect(status.emulator.pid).toBe(state().pid);
    expect(status.instances.map((instance) => instance.name)).toEqual(['Worker_IN_0', 'Worker_IN_1']);
    const [first] = await json('ps');
    expect(first).toEqual({
      instance: 'Worker_IN_0',
      name: 'WindowsAzureGuestAgent',
      pid: 100,
      ppid: 1,
      state: 'running',
      since: expect.any(String),
      startedAt: expect.any(String),
      cpu: 0,
      memory: 1_048_576,
    });
    expect((await rolevm('ps', 'WaHostBootstrapper', '-i', 'Worker_IN_1')).stdout).toMatch(
      /WaHostBootstrapper +201 .*\n.*└─ WaWorkerHost +202 /,
    );
    expect((await rolevm('status')).stdout).toMatch(/Worker_IN_1 +ReadyRole +Ready/);
  });

  it('is found from elsewhere while it is the only one', async () => {
    expect(JSON.parse(String((await cli.run(['status', '--json'], { cwd: cli.root })).stdout)).emulator.stateDirectory).toBe(
      join(service, '.rolevm'),
    );
  });

  it('is waited for, by state and instance, and in vain for no longer than was said', async () => {
    expect(await rolevm('wait', 'ready')).toMatchObject({ exitCode: 0, stdout: 'Worker_IN_0  ReadyRole\nWorker_IN_1  ReadyRole' });
    await rolevm('kill', 'WaWorkerHost', '-i', 'Worker_IN_1');
    expect(await json('wait', 'RestartingRole', '--instance', 'Worker_IN_1')).toEqual([
      { name: 'Worker_IN_1', state: 'RestartingRole', since: expect.any(String) },
    ]);
    const vain = await rolevm('wait', 'Ready', '--timeout', '50ms');
    expect(vain).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('Worker_IN_1 is RestartingRole') });
    const waiting = rolevm('wait', 'Ready', '--timeout', '30s');
    await rolevm('recycle', '-i', 'Worker_IN_1');
    expect(await waiting).toMatchObject({ exitCode: 0 });
    expect(await rolevm('wait', 'Ready', '-i', 'Nobody_IN_0')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Worker_IN_0, Worker_IN_1'),
    });
  });

  it('has its processes ended by name or pid, and says which', async () => {
    expect((await rolevm('kill', 'WaHostBootstrapper', '-i', 'Worker_IN_0')).stdout).toBe(
      'ended WaHostBootstrapper, pid 101, of Worker_IN_0',
    );
    expect((await json('kill', '202')).killed).toEqual([{ instance: 'Worker_IN_1', name: 'WaWorkerHost', pid: 202 }]);
    expect((await json('kill', '--tree', 'x', '-i', 'Worker_IN_1')).killed).toHaveLength(3);
    expect(await rolevm('kill', 'nobody')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: 'error RV9002: no process is called nobody\n  → see rolevm ps',
    });
  });

  it('tells a fault of the emulator from a mistake of the user', async () => {
    const { exitCode, stderr } = await rolevm('kill', 'crash');
    expect(exitCode).toBe(70);
    const id = /more under ([0-9a-f]{8})/.exec(String(stderr))?.[1];
    expect(stderr).not.toContain('a fault of the fake');
    expect(readFileSync(join(service, '.rolevm/logs/emulator.log'), 'utf8')).toContain(`fault ${id}: Error: a fault of the fake`);
  });

  it('is patched, and unpatched with the line that was printed', async () => {
    const dll = join(service, '.rolevm/vms/Worker_IN_0/E/approot/Worker.dll');
    mkdirSync(join(service, 'new'));
    writeFileSync(join(service, 'new/Worker.dll'), 'version 2');
    const { stdout, exitCode } = await rolevm('patch', 'new/Worker.dll', '-i', 'Worker_IN_0', '--wait');
    expect(exitCode).toBe(0);
    expect(readFileSync(dll, 'utf8')).toBe('version 2');
    expect(stdout).toContain("revert: rolevm patch --revert 'E:\\approot\\Worker.dll' --instance Worker_IN_0 --wait");
    expect(await rolevm('patch', 'missing.dll')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('RV6403') });
  });

  it('refuses a second owner of its state directory and names the first', async () => {
    const second = await rolevm('up');
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toContain(`pid ${state().pid} is already running`);
    expect(second.stderr).toContain(`rolevm down --state ${join(service, '.rolevm')}`);
  });

  it('keeps its token to its user', () => {
    expect(statSync(join(service, '.rolevm/state.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(service, '.rolevm')).mode & 0o777).toBe(0o700);
  });

  it('is stopped in order with its progress shown, and leaves no process and no state', async () => {
    const { pid, keeperPid } = state();
    const { exitCode, stdout } = await rolevm('down');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/stopping in order[\s\S]*Worker_IN_0 +StoppedVM[\s\S]*stopped$/);
    expectGone(pid, 'emulator');
    expectGone(keeperPid, 'keeper');
    expect(existsSync(join(service, '.rolevm/state.json'))).toBe(false);
    expect(await rolevm('down')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('RV4101') });
  });

  it('that was killed is told from one that runs, and can be started again', async () => {
    process.kill(state().pid, 'SIGKILL');
    const { keeperPid } = state();
    while (existsSync(`/proc/${keeperPid}`)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await rolevm('ps')).toMatchObject({ exitCode: 3 });
    expect(await rolevm('up', '-d')).toMatchObject({ exitCode: 0 });
    expect(await rolevm('wait', 'Ready')).toMatchObject({ exitCode: 0 });
  });

  it('ends a wait when it ends', async () => {
    const waiting = rolevm('wait', 'CyclingRole');
    process.kill(state().pid, 'SIGKILL');
    expect(await waiting).toMatchObject({ exitCode: 3 });
  });
});

describe('drives without an emulator', () => {
  beforeEach(async () => {
    await rolevm('up', '--detach');
    await rolevm('down');
  });

  it('still show their logs, merged by time', async () => {
    const { stdout } = await rolevm('logs');
    expect(stdout).toMatch(/Worker_IN_0 WaHostBootstrapper.log \| .*Executing Startup Task of Worker_IN_0/);
    expect(stdout).toMatch(/Worker_IN_1 AppAgentRuntime.log \| .*Worker_IN_1 has started/);
    expect(stdout).not.toContain('Heartbeat');
    expect((await rolevm('logs', 'Worker_IN_0', '--file', 'waappagent')).stdout).toMatch(
      /^\[\d{8}\] .*WindowsAzureGuestAgent Heartbeat\.$/,
    );
    const objects = String((await rolevm('logs', '--json')).stdout)
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(objects).toContainEqual({
      instance: 'Worker_IN_1',
      file: 'C:\\Resources\\WaHostBootstrapper.log',
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      line: expect.stringContaining('Executing Startup Task of Worker_IN_1'),
    });
    expect((await rolevm('logs', '--list')).stdout).toContain('C:\\Logs\\WaAppAgent.log');
    expect(await rolevm('logs', '--file', 'nothing')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('WaAppAgent.log') });
    expect((await rolevm('logs', '-n', '1')).stdout).not.toContain('\n');
  });

  it('still show their events', async () => {
    expect((await rolevm('events', 'Worker_IN_0')).stdout).toMatch(
      /Worker_IN_0 Information Windows Azure {2}Windows Azure Runtime 10001 {2}Startup task started$/,
    );
    expect((await rolevm('events', '--json')).stdout).toContain('"instance":"Worker_IN_1"');
  });

  it('are deleted when asked for', async () => {
    expect(await rolevm('down', '--delete')).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(service, '.rolevm/vms'))).toBe(false);
    expect(await rolevm('logs')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('RV6408') });
  });
});

describe('an emulator that cannot start', () => {
  it('tells why, with its own exit code or that of a failure', async () => {
    writeFileSync(join(service, 'broken'), '');
    expect(await rolevm('up')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('error RV9999: the service is broken') });
    const detached = await rolevm('up', '--detach');
    expect(detached).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('error RV9999: the service is broken') });
    expect(detached.stderr).toContain(join(service, '.rolevm/logs/emulator.log'));
  });
});
