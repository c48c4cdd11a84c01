import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Place, places, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openShared = places(afterAll);
const openPlace = places(afterEach);
let place: Place;
let up: RunningEmulator;
beforeAll(() => {
  place = openShared('tasks');
  // The delay between two starts is long enough to look around in: a second and a half.
  up = place.up({ timings: { crashRestartMs: 60_000 } });
});

/** The log of every start, the oldest first. */
function bootstrapperLogs(instance: string): string[] {
  const folder = place.file(instance, 'C/Resources');
  const names = readdirSync(folder).filter((name) => name.startsWith('WaHostBootstrapper.log'));
  const former = names.filter((name) => name !== 'WaHostBootstrapper.log').sort();
  return [...former, 'WaHostBootstrapper.log'].map((name) => readFileSync(join(folder, name), 'utf8'));
}

describe('a simple task that fails', () => {
  const instance = 'Failing_IN_0';

  it('recycles the role, which is RestartingRole twice and CyclingRole from the third time on', async () => {
    await up.story.status(instance, 'CyclingRole');
    const start = ['CreatingRole', 'StartingRole'];
    expect(up.story.states(instance).slice(3)).toEqual([...start, 'RestartingRole', ...start, 'RestartingRole', ...start, 'CyclingRole']);
  });

  it('has one WaHostBootstrapper.log a start, each ending at the task with its code of 32 bits', async () => {
    const cycling = await up.story.status(instance, 'CyclingRole');
    const logs = bootstrapperLogs(instance);
    expect(cycling.recycles).toBe(2);
    expect(logs).toHaveLength(
      up.story.of('process.started').filter((item) => item.instance === instance && item.name === 'WaHostBootstrapper').length,
    );
    for (const log of logs) {
      expect(log).toContain('Executing Startup Task type=0 rolemodule=(null) cmd="E:\\approot\\.\\install.js /quiet"');
      expect(log).toContain('Program "E:\\approot\\.\\install.js /quiet" exited with 0x00000bc2. Working Directory = E:\\approot');
      expect(log).toContain('Program "E:\\approot\\.\\first.js" exited with 0x00000000.');
      expect(log).not.toContain('after.js');
    }
  });

  it('shows task, code and moment in the details, and Recycling in the portal', async () => {
    const { details, portalState } = await up.story.status(instance, 'CyclingRole');
    expect(portalState).toBe('Recycling');
    expect(details).toMatch(
      /^Role has encountered an error and has stopped\. Startup task "install\.js \/quiet" exited with code 3010\. Last exit time: \[\d{4}\/\d\d\/\d\d, \d\d:\d\d:\d\d\.\d{3}\]\.$/,
    );
    const { instances } = await up.status();
    expect(instances.find(({ name }) => name === instance)?.details).toContain('exited with code 3010');
  });

  it('never lets the tasks after it or the role start', async () => {
    await up.story.status(instance, 'CyclingRole');
    await up.story.output(instance, 'restart required');
    expect(new Set(up.story.printed(instance))).toEqual(new Set(['first', 'restart required']));
    expect(up.story.states(instance)).not.toContain('BusyRole');
  });

  it('that works at last lets the role become Ready', async () => {
    await up.story.status(instance, 'CyclingRole');
    const from = up.story.now;
    writeFileSync(join(place.file(instance, 'C/Resources/Directory'), `${place.deployment().id}.Failing.Kept`, 'mended'), '');
    await up.story.status(instance, 'ReadyRole', from);
    await up.story.output(instance, 'Run', from);
    expect(up.story.printed(instance, from).slice(-4)).toEqual(['first', 'installed with /quiet', 'after', 'Run']);
    expect(readFileSync(place.file(instance, 'C/Logs/StartupTasks/1-install.js.log'), 'utf8')).toMatch(
      /^(restart required\n){3,}installed with \/quiet\n$/,
    );
  });
});

describe('a simple task', () => {
  it('that is a shell script fails with the script’s exit code', async () => {
    const { details } = await up.story.status('Shell_IN_0', 'RestartingRole');
    expect(details).toContain('Startup task "three.sh" exited with code 3.');
    await up.story.output('Shell_IN_0', 'shell');
  });

  it('whose program does not exist fails, and the details say where it was looked for', async () => {
    const { details } = await up.story.status('Missing_IN_0', 'RestartingRole');
    expect(details).toContain(
      'Startup task "nowhere.exe /install" could not be started: "nowhere.exe" was found neither in E:\\approot nor on the PATH (0x80070002). Last exit time: [',
    );
    expect(bootstrapperLogs('Missing_IN_0')[0]).toContain(
      'Executing Startup Task type=0 rolemodule=(null) cmd="E:\\approot\\.\\nowhere.exe /install"',
    );
  });

  it('that hangs keeps the instance StartingRole, Busy in the portal; killed, it is a failure', async () => {
    await up.story.output('Hanging_IN_0', 'hanging');
    const { instances } = await up.status();
    expect(instances.find(({ name }) => name === 'Hanging_IN_0')).toMatchObject({ state: 'StartingRole', portalState: 'Busy' });
    const from = up.story.now;
    await up.kill('hang.js');
    const { details } = await up.story.status('Hanging_IN_0', 'RestartingRole', from);
    expect(details).toContain('Startup task "hang.js" killed by SIGKILL.');
  });
});

describe('background and foreground tasks', () => {
  it('do not hold up the tasks after them, and their exit codes are told and not evaluated', async () => {
    const instance = 'Asynchronous_IN_0';
    await up.story.status(instance, 'ReadyRole');
    const ends = () => up.story.of('process.ended').filter((item) => item.instance === instance && item.name === 'fail.js');
    await up.story.item('process.ended', (item) => item.instance === instance && item.name === 'fail.js' && ends().length === 2);
    expect(ends().map(({ cause }) => cause)).toEqual([
      { kind: 'exited', code: 7 },
      { kind: 'exited', code: 7 },
    ]);
    for (const line of ['failed as background', 'failed as foreground', 'last', 'Run']) await up.story.output(instance, line);
    expect(up.story.states(instance).at(-1)).toBe('ReadyRole');
    const [log = ''] = bootstrapperLogs(instance);
    expect(log.match(/Executing Startup Task type=\d/g)).toEqual([2, 1, 0].map((type) => `Executing Startup Task type=${type}`));
  });
});

describe('a task for a Windows shell', () => {
  it.each(['setup.cmd', 'setup.bat', 'powershell.exe -File setup.ps1'])(
    '%s is refused before anything starts, with one error that names it',
    async (commandLine) => {
      const refused = openPlace('tasks', (folder) => {
        const definition = join(folder, 'ServiceDefinition.csdef');
        writeFileSync(definition, readFileSync(definition, 'utf8').replace('hang.js', commandLine));
      }).up();
      expect((await refused.keeper).exitCode).toBe(1);
      expect(refused.story.of('status')).toEqual([]);
      expect(refused.story.of('process.started')).toEqual([]);
      const { error } = JSON.parse(refused.errors());
      expect(error).toMatchObject({ code: 'RV4404', diagnostics: [{ code: 'RV1501', line: 26 }] });
      expect(error.diagnostics[0].message).toContain(`Startup task '${commandLine}' of role 'Hanging' needs `);
    },
  );
});
