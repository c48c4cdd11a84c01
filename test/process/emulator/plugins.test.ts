import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Place, places, program, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openShared = places(afterAll);
const openPlace = places(afterEach);
const instance = 'Worker_IN_0';
const account = 'Microsoft.WindowsAzure.Plugins.RemoteAccess';

/** A file of the agent's store once it holds a text; the agent writes when its clock says so. */
async function collected(place: Place, name: string, text: string): Promise<string> {
  const store = place.file(instance, `C/Resources/Directory/${place.deployment().id}.Worker.DiagnosticStore/WAD0107`);
  for (;;) {
    const found = existsSync(join(store, name)) ? readFileSync(join(store, name), 'utf8') : '';
    if (found.includes(text)) return found;
    await pause(25);
  }
}

/** `rolevm rdp` as a user types it, whose terminal is a pipe here. */
async function rdp(place: Place, words: readonly string[], input = '') {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, 'rdp', ...words], {
    env: { ...place.env },
    extendEnv: false,
    reject: false,
    input,
  });
  return { exitCode, stdout, stderr };
}

function change(place: string, from: string, to: string): void {
  const file = join(place, 'ServiceConfiguration.cscfg');
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${from} is not in ${file}`);
  writeFileSync(file, text.replace(from, to));
}

describe('a role that imports modules', () => {
  let place: Place;
  let up: RunningEmulator;
  beforeAll(async () => {
    place = openShared('plugins');
    up = place.up();
    await up.ready();
  });

  it('runs their tasks by priority and before its own, with the plug-in’s variables', async () => {
    const started = readFileSync(place.file(instance, 'C/Resources/WaHostBootstrapper.log'), 'utf8').match(/Executing Startup Task.*/g);
    expect(started).toEqual([
      'Executing Startup Task type=2 rolemodule=(null) cmd="E:\\plugins\\Diagnostics\\.\\DiagnosticsAgent.exe"',
      'Executing Startup Task type=0 rolemodule=(null) cmd="E:\\plugins\\Diagnostics\\.\\DiagnosticsAgent.exe /blockStartup"',
      'Executing Startup Task type=0 rolemodule=(null) cmd="E:\\plugins\\Own\\.\\own.js told"',
      'Executing Startup Task type=2 rolemodule=(null) cmd="E:\\plugins\\RemoteAccess\\.\\RemoteAccessAgent.exe"',
      'Executing Startup Task type=0 rolemodule=(null) cmd="E:\\plugins\\RemoteAccess\\.\\RemoteAccessAgent.exe /blockStartup"',
      'Executing Startup Task type=0 rolemodule=(null) cmd="E:\\plugins\\RemoteForwarder\\.\\install.cmd"',
      'Executing Startup Task type=0 rolemodule=(null) cmd="E:\\approot\\.\\first.js"',
    ]);
    await up.story.output(instance, 'own plugin: told variable Own WorkerRole @Depth=deep');
    await up.story.output(instance, 'first finds @Depth=deep');
  });

  it('keeps the background agents in its job while the tasks that wait for them have ended with 0', async () => {
    const agents = (await up.ps()).filter(
      (entry) => entry.instance === instance && /Agent$/.test(entry.name) && /background/.test(entry.state),
    );
    expect(agents.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'DiagnosticsAgent running (background, limited)',
      'RemoteAccessAgent running (background, elevated)',
    ]);
    const waited = up.story.of('process.ended').filter((item) => item.instance === instance && /Agent$/.test(item.name));
    expect(waited.map(({ name, cause }) => [name, cause.code])).toEqual([
      ['DiagnosticsAgent', 0],
      ['RemoteAccessAgent', 0],
    ]);
  });

  it('has what diagnostics.wadcfg names collected into DiagnosticStore', async () => {
    // The role host does not have the settings of plug-ins (AB 5.4).
    await collected(place, 'wad-journal/journal.log', 'started with no settings\n');
    await collected(place, 'WADDiagnosticInfrastructureLogsTable/WaHostBootstrapper.log', 'Executing Startup Task');
    await collected(place, 'WADWindowsEventLogsTable/Windows Azure.WaHostBootstrapper.jsonl', '"id":10002');
  });

  it('does not care when an agent is killed, and has it again after a recycle', async () => {
    const from = up.story.now;
    const [killed] = (await up.kill('DiagnosticsAgent', instance)).killed;
    await up.story.ended(instance, 'DiagnosticsAgent', from);
    expect((await up.status()).instances.find(({ name }) => name === instance)?.state).toBe('ReadyRole');
    expect(up.story.states(instance, from)).toEqual([]);
    await place.rolevm('recycle', '--instance', instance);
    const agent = await up.story.started(instance, 'DiagnosticsAgent', from);
    expect(agent.pid).not.toBe(killed?.pid);
    await up.story.status(instance, 'ReadyRole', from);
    const journal = await collected(place, 'wad-journal/journal.log', 'started with no settings\nstarted with no settings\n');
    expect(journal.match(/started/g)).toHaveLength(2);
  });

  describe('rolevm rdp', () => {
    it('runs a program in the environment of the guest and passes its exit code on', async () => {
      expect(await rdp(place, [instance, '--', 'node', '-p', 'process.env.RoleInstanceID'])).toMatchObject({
        exitCode: 0,
        stdout: instance,
      });
      expect(await rdp(place, [instance, '--', 'node', '-e', 'process.exit(7)'])).toMatchObject({ exitCode: 7 });
      expect(await rdp(place, [instance, '--', 'first.js'])).toMatchObject({ exitCode: 0, stdout: 'first finds @Depth=undefined' });
    });

    it('gives a shell in approot, as the account, with nothing of the user’s own', async () => {
      const { stdout, exitCode } = await rdp(
        place,
        [instance],
        'pwd\necho "$USERNAME $RoleName [$SECRET_OF_THE_USER] [$ROLEVM_STATE]"\nexit 3\n',
      );
      expect(stdout).toBe(`${place.file(instance, 'E/approot')}\noperator Worker [] []`);
      expect(exitCode).toBe(3);
    });

    it('names a program that is not there', async () => {
      const { exitCode, stderr } = await rdp(place, [instance, '--', 'nowhere.exe']);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('RV6606')]);
    });

    it('is no part of the job: neither a recycle nor the end of the guest agent touches the session', async () => {
      const session = execa(process.execPath, [program, 'rdp', instance, '--', 'node', '-e', 'console.log("in"); process.stdin.resume()'], {
        env: { ...place.env },
        extendEnv: false,
        reject: false,
      });
      await new Promise((resolve) => session.stdout.once('data', resolve));
      const from = up.story.now;
      await place.rolevm('recycle', '--instance', instance);
      await up.story.status(instance, 'ReadyRole', from);
      const again = up.story.now;
      await up.kill('WindowsAzureGuestAgent', instance);
      await up.story.started(instance, 'WaWorkerHost', again);
      await up.story.status(instance, 'ReadyRole', again);
      expect(session.exitCode).toBeNull();
      session.stdin.end();
      expect((await session).exitCode).toBe(0);
    });

    it('is refused to a role that does not import RemoteAccess, with what is to be added', async () => {
      const { exitCode, stderr } = await rdp(place, ['Plain_IN_0', '--', 'node', '-v']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('RV6601');
      expect(stderr).toContain('<Import moduleName="RemoteAccess" />');
    });
  });
});

describe('RemoteAccess', () => {
  it('that is disabled lets the role start and refuses the session, with the reason', async () => {
    const place = openPlace('plugins', (folder) => change(folder, `${account}.Enabled" value="true"`, `${account}.Enabled" value="false"`));
    const up = place.up();
    await up.ready();
    const { exitCode, stderr } = await rdp(place, [instance, '--', 'node', '-v']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('RV6602')]);
  });
});

describe('a session', () => {
  it('is hung up when the VM goes off', async () => {
    const place = openPlace('plugins');
    const up = place.up();
    await up.ready();
    const session = execa(process.execPath, [program, 'rdp', instance, '--', 'node', '-e', 'console.log("in"); process.stdin.resume()'], {
      env: { ...place.env },
      extendEnv: false,
      reject: false,
    });
    await new Promise((resolve) => session.stdout.once('data', resolve));
    expect(await up.stop()).toBe(0);
    const { exitCode, stderr } = await session;
    expect(exitCode).toBe(129);
    expect(stderr).toContain(`The session on ${instance} has ended: its VM is StoppingVM.`);
  });
});

describe('a diagnostics configuration that cannot be used', () => {
  it('makes /blockStartup fail, and says why in its log and in the Application log', async () => {
    const place = openPlace('plugins', (folder) => writeFileSync(join(folder, 'Worker/diagnostics.wadcfg'), '<Wrong />'));
    const up = place.up({ timings: { crashRestartMs: 60_000 } });
    const { details } = await up.story.status(instance, 'RestartingRole');
    expect(details).toContain('Startup task "DiagnosticsAgent.exe /blockStartup" exited with code 1.');
    const reason = 'E:\\approot\\diagnostics.wadcfg: the root element is <Wrong>, not <DiagnosticMonitorConfiguration>';
    await up.story.output(instance, reason);
    const store = place.file(instance, `C/Resources/Directory/${place.deployment().id}.Worker.DiagnosticStore`);
    expect(readFileSync(join(store, 'DiagnosticsAgent.log'), 'utf8')).toContain(reason);
    const events = readFileSync(place.file(instance, 'D/Windows/System32/winevt/Logs/Application.DiagnosticsAgent.jsonl'), 'utf8');
    expect(events).toContain('Windows Azure Diagnostics');
    expect(up.story.of('process.started').filter((item) => item.name === 'own.js')).toEqual([]);
  });
});
