import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVm } from '../../../agents/host-agent/create-vm.ts';
import { agentInstaller } from '../../../agents/wa-app-agent/install-agent.ts';
import type { PlannedDrive } from '../../../contracts/event-plan.ts';
import { plannedFilesListed } from '../../../contracts/event-plan.ts';
import type { VmEventName } from '../../../contracts/events.ts';
import type { RoleModel } from '../../../contracts/role-model.ts';
import { patchFile } from '../../../control/emulator/patch-file.ts';
import { planEvent } from '../../../control/emulator/plan-event.ts';
import { extractRole } from '../../../model/package/extract-role.ts';
import type { PackageFile, RolePackage } from '../../../model/package/service-package.ts';
import { writeRoleModel } from '../../../model/role-model/write-role-model.ts';
import { driveLayout } from '../../../sandbox/drive-layout.ts';
import { prepareLocalStorage } from '../../../sandbox/local-storage.ts';
import { toolNames } from '../../../sandbox/tools/tool-names.ts';
import { vmDocument } from '../sandbox/vm.ts';

let root: string;
let role: RolePackage;
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-plan-')));
  for (const name of ['WaAppAgent', 'WindowsAzureGuestAgent', 'WaHostBootstrapper', 'WaWorkerHost', ...toolNames])
    write(`bundles/${name}.cjs`, name);
  write('package/approot/W.dll', 'version 1');
  write('package/approot/lib/helper.js', 'helper');
  role = {
    name: 'WorkerRole1',
    kind: 'WorkerRole',
    model,
    files: [
      hostFile('approot/W.dll'),
      hostFile('approot/lib/helper.js'),
      { path: 'RoleModel.xml', size: 0, content: { kind: 'bytes', bytes: Buffer.from(writeRoleModel(model)) } },
    ],
  };
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const task = (commandLine: string) =>
  ({ commandLine, executionContext: 'limited', taskType: 'simple', relativePath: 'approot\\', environment: [] }) as const;
const model: RoleModel = {
  name: 'WorkerRole1',
  version: '2.9',
  tasks: [task('install.cmd'), task('collect.cmd /quiet')],
  runtime: { executionContext: 'limited', environment: [] },
  sites: [],
  properties: {},
  pluginSettings: [],
};

function write(name: string, content: string): string {
  const file = path.join(root, ...name.split('/'));
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  return file;
}

function hostFile(name: string): PackageFile {
  const hostPath = path.join(root, 'package', name);
  return { path: name, size: fs.statSync(hostPath).size, content: { kind: 'hostFile', hostPath, mode: 0o644 } };
}

const vmOf = (roleDrive: 'E' | 'F' = 'E') => vmDocument({ bundlesDirectory: path.join(root, 'bundles'), roleDrive });
const storage = 'C/Resources/Directory/1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.WorkerRole1';
const roleTemp = 'C/Resources/temp/1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.WorkerRole1/RoleTemp';
const drivePath = (file: string) => `${file[0]}:${file.slice(1).replaceAll('/', '\\')}`;

/** The drives of an instance as the host agent and the guest agent make them. */
async function deploy(roleDrive: 'E' | 'F' = 'E'): Promise<void> {
  const vm = vmOf(roleDrive);
  const layout = driveLayout(path.join(root, 'vm'), vm);
  const plan = { vm, vmRoot: layout.vmRoot };
  await createVm({ ...plan, fillRoleDrive: (directory) => extractRole(role, directory) }, vm, []);
  await prepareLocalStorage(layout, vm);
}

const onDrive = (file: string, content: string) => write(`vm/${file}`, content);
const plan = async (event: VmEventName, roleDrive: 'E' | 'F' = 'E') => {
  const { instances } = await planEvent({ event }, [{ vm: vmOf(roleDrive), vmRoot: path.join(root, 'vm'), node: () => 'Node0' }], [role]);
  const [instance] = instances;
  if (instance === undefined) throw new Error('nothing was planned');
  return instance;
};
const drives = async (event: VmEventName, roleDrive: 'E' | 'F' = 'E') => {
  const planned = await plan(event, roleDrive);
  return Object.fromEntries(planned.drives.map((drive) => [drive.letter, drive])) as Record<'C' | 'D' | 'E' | 'F', PlannedDrive>;
};
const named = ({ files }: PlannedDrive) => files.map(({ file, becomes, patched }) => `${becomes}${patched ? ', patched' : ''}: ${file}`);
const patch = async (file: string, content: string) => {
  const target = {
    instance: 'W',
    vmRoot: path.join(root, 'vm'),
    roleDrive: 'E' as const,
    restartAt: () => undefined,
    holders: () => [],
  };
  await patchFile({ source: write('patch', content), destination: file }, [target], async () => false);
};

describe('a plan of drives as they were deployed', () => {
  it('finds nothing to lose, whatever comes: all of it comes again', async () => {
    await deploy();
    for (const event of ['recycle', 'reboot', 'portal-reboot', 'reimage', 'rebuild', 'migrate', 'upgrade', 'stop', 'start'] as const) {
      const { C, D, E } = await drives(event);
      expect([C, D, E].map(named), event).toEqual([[], [], []]);
      const rebuilt = E.fate !== 'preserved';
      expect([E.stay, E.comeAgain, E.filesChanged], event).toEqual(rebuilt ? [0, 5, 0] : [5, 0, 0]);
      const programs = 2 + toolNames.length;
      expect([D.stay, D.comeAgain], event).toEqual(D.fate === 'rebuilt' ? [0, programs] : [programs, 0]);
    }
  });

  it('names the tasks that run again, what happens to Windows, and the events that it leaves', async () => {
    await deploy();
    const { drives: _, ...rest } = await plan('reimage');
    expect(rest).toEqual({
      instance: 'WorkerRole1_IN_0',
      restartsVm: true,
      newVm: false,
      orderly: true,
      tasks: ['install.cmd', 'collect.cmd /quiet'],
      eventIds: [1074, 13, 6006, 12, 6005],
      lostEventIds: [1074, 13, 6006],
    });
    expect(await plan('portal-reboot')).toMatchObject({ eventIds: [1074, 13, 6006, 12, 6005], lostEventIds: [] });
    expect(await plan('migrate')).toMatchObject({ restartsVm: true, newVm: true, orderly: false, eventIds: [12, 6005] });
    expect(await plan('stop')).toMatchObject({ tasks: [], orderly: true, restartsVm: false, eventIds: [] });
  });

  it('takes the tasks from RoleModel.xml on the drive as long as that stays', async () => {
    await deploy();
    onDrive('E/RoleModel.xml', writeRoleModel({ ...model, tasks: [task('patched.cmd')] }));
    expect((await plan('recycle')).tasks).toEqual(['patched.cmd']);
    expect((await plan('reimage')).tasks).toEqual(['install.cmd', 'collect.cmd /quiet']);
  });

  it('makes no drives: of those that do not exist yet nothing is said', async () => {
    const { C, D, E } = await drives('rebuild');
    expect([C, D, E].map(({ stay, comeAgain, filesChanged }) => [stay, comeAgain, filesChanged])).toEqual(Array(3).fill([0, 0, 0]));
    expect(fs.existsSync(path.join(root, 'vm'))).toBe(false);
  });
});

describe('on the drive of the role', () => {
  it('what was changed is set back, what was added is lost, what was deleted comes back', async () => {
    await deploy();
    onDrive('E/approot/W.dll', 'changed by hand');
    onDrive('E/approot/notes.txt', 'mine');
    fs.rmSync(path.join(root, 'vm/E/approot/lib/helper.js'));
    expect(named((await drives('portal-reboot')).E)).toEqual([
      'reset: E:\\approot\\W.dll',
      'returns: E:\\approot\\lib\\helper.js',
      'lost: E:\\approot\\notes.txt',
    ]);
    expect((await drives('reboot')).E).toMatchObject({ fate: 'preserved', stay: 5, files: [] });
  });

  it('a patch is marked and comes first; its backup is lost with it', async () => {
    await deploy();
    onDrive('E/approot/A.txt', 'mine');
    await patch('E:\\approot\\W.dll', 'version 2');
    expect(named((await drives('reimage')).E)).toEqual([
      'reset, patched: E:\\approot\\W.dll',
      'lost: E:\\approot\\A.txt',
      'lost: E:\\approot\\W.dll.bak',
    ]);
    expect((await drives('recycle')).E.patchesThatStay).toEqual(['E:\\approot\\W.dll']);
  });

  it('a patch is one as long as the file has its content: not after it was made anew, changed by hand, or is what the package has', async () => {
    await deploy();
    await patch('E:\\approot\\W.dll', 'version 2');
    onDrive('E/approot/W.dll', 'version 1');
    expect(named((await drives('reimage')).E)).toEqual(['lost: E:\\approot\\W.dll.bak']);
    onDrive('E/approot/W.dll', 'version 3');
    expect(named((await drives('reimage')).E)[0]).toBe('reset: E:\\approot\\W.dll');
    onDrive('E/approot/W.dll', 'version 2');
    expect(named((await drives('reimage')).E)[0]).toBe('reset, patched: E:\\approot\\W.dll');
  });

  it('a file beside a .bak is no patch', async () => {
    await deploy();
    onDrive('E/approot/W.dll', 'changed by hand');
    onDrive('E/approot/W.dll.bak', 'version 1');
    expect(named((await drives('reimage')).E)).toEqual(['reset: E:\\approot\\W.dll', 'lost: E:\\approot\\W.dll.bak']);
  });

  it('a patch that has no predecessor is marked, on any drive', async () => {
    await deploy();
    fs.mkdirSync(path.join(root, 'vm/D/Program Files/Tool'), { recursive: true });
    await patch('E:\\approot\\New.dll', 'new');
    await patch('D:\\Program Files\\Tool\\x.exe', 'tool');
    const { D, E } = await drives('reimage');
    expect([named(D)[0], named(E)[0]]).toEqual(['lost, patched: D:\\Program Files\\Tool\\x.exe', 'lost, patched: E:\\approot\\New.dll']);
  });

  it('names are told apart as Windows does: another case is no other file', async () => {
    await deploy();
    fs.renameSync(path.join(root, 'vm/E/approot/W.dll'), path.join(root, 'vm/E/approot/w.DLL'));
    expect((await drives('reimage')).E).toMatchObject({ comeAgain: 5, files: [] });
  });

  it('the package is taken as it is now: what its owner has built since is what comes', async () => {
    await deploy();
    expect((await drives('reimage')).E.filesChanged).toBe(0);
    write('package/approot/W.dll', 'version 1, built anew');
    expect(named((await drives('reimage')).E)).toEqual(['reset: E:\\approot\\W.dll']);
    fs.rmSync(path.join(root, 'package/approot/W.dll'));
    await expect(drives('reimage')).rejects.toMatchObject({ code: 'RV1426' });
  });

  it('an upgrade moves it to the other letter, rebuild and migration to E: again', async () => {
    await deploy('F');
    onDrive('F/approot/notes.txt', 'mine');
    const fate = async (event: VmEventName) => {
      const { F } = await drives(event, 'F');
      return [F.fate, F.comesAs, named(F)];
    };
    const lost = ['lost: F:\\approot\\notes.txt'];
    expect(await fate('upgrade')).toEqual(['replaced by the other letter', 'E', lost]);
    expect(await fate('rebuild')).toEqual(['rebuilt', 'E', lost]);
    expect(await fate('migrate')).toEqual(['rebuilt', 'E', lost]);
    expect(await fate('reimage')).toEqual(['rebuilt', undefined, lost]);
    expect(await fate('recycle')).toEqual(['preserved', undefined, []]);
  });

  it('a program of the platform that somebody has replaced is set back', async () => {
    await deploy();
    onDrive('E/base/x64/WaWorkerHost.exe', 'another');
    onDrive('D/Packages/GuestAgent/WaAppAgent.exe', 'another');
    const { D, E } = await drives('update-guest');
    expect([named(D), named(E)]).toEqual([['reset: D:\\Packages\\GuestAgent\\WaAppAgent.exe'], ['reset: E:\\base\\x64\\WaWorkerHost.exe']]);
  });
});

describe('a guest agent that was updated', () => {
  const version = '3.0.0.1';
  const folder = `D:\\Packages\\GuestAgent\\GuestAgent_${version}`;

  it('is lost where D: is made anew, which has the image’s; an update of it takes nothing away', async () => {
    await deploy();
    const installer = agentInstaller(driveLayout(path.join(root, 'vm'), vmOf()), path.join(root, 'bundles'));
    await installer.repair();
    await installer.lay(version);
    installer.switchTo(version);
    expect((await drives('update-agent')).D).toMatchObject({ fate: 'preserved', stay: 4 + toolNames.length, filesChanged: 0 });
    for (const event of ['reimage', 'rebuild', 'power-cycle', 'migrate', 'update-guest'] as const) {
      const { D } = await drives(event);
      expect(D.files, event).toEqual([{ becomes: 'lost', file: `${folder}\\WindowsAzureGuestAgent.exe`, patched: false, platform: true }]);
      // The document that tells which one is installed is written anew.
      expect(D.comeAgain, event).toBe(3 + toolNames.length);
    }
  });
});

describe('on C:', () => {
  const fill = async () => {
    await deploy();
    for (const name of ['Cache', 'Keep', 'DiagnosticStore']) onDrive(`${storage}.${name}/file.txt`, name);
    onDrive(`${roleTemp}/deep/er/file.tmp`, 'temporary');
    onDrive('C/Logs/WaAppAgent.log', 'log');
    onDrive('C/Resources/WaHostBootstrapper.log.old.001', 'log');
  };
  const emptied = [`emptied: ${drivePath(storage)}.Cache\\file.txt`, `emptied: ${drivePath(roleTemp)}\\deep\\er\\file.tmp`];

  it.each(['recycle', 'reboot', 'power-cycle', 'portal-reboot', 'reimage', 'upgrade', 'start', 'update-agent'] as const)(
    '%s empties LocalStorage that is to be cleaned and RoleTemp, never DiagnosticStore',
    async (event) => {
      await fill();
      expect((await drives(event)).C).toMatchObject({ fate: 'preserved', stay: 4, filesChanged: 2 });
      expect(named((await drives(event)).C)).toEqual(emptied);
    },
  );

  it('a stop empties nothing: that is done at the start', async () => {
    await fill();
    expect((await drives('stop')).C).toMatchObject({ stay: 6, filesChanged: 0 });
  });

  it('rebuild and migration lose everything; logs of the platform are named last', async () => {
    await fill();
    onDrive('C/Config/1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.WorkerRole1_IN_0.2.xml', 'written anew');
    for (const event of ['rebuild', 'migrate'] as const) {
      const { C } = await drives(event);
      expect(C).toMatchObject({ fate: 'rebuilt', stay: 0, comeAgain: 1, filesChanged: 6 });
      expect(C.files.filter(({ platform }) => platform).length).toBe(2);
      expect(named(C).slice(-2)).toEqual(['lost: C:\\Logs\\WaAppAgent.log', 'lost: C:\\Resources\\WaHostBootstrapper.log.old.001']);
    }
  });

  it('a directory of a like name is another one', async () => {
    await deploy();
    onDrive(`${storage}.Cache2/file.txt`, 'other');
    expect((await drives('recycle')).C).toMatchObject({ stay: 1, filesChanged: 0 });
  });
});

describe('a walk over a drive', () => {
  it('follows no link: a link is lost as one file, what it leads to is none of the drive', async () => {
    await deploy();
    write('outside/secret.txt', 'secret');
    fs.symlinkSync(path.join(root, 'outside'), path.join(root, 'vm/D/Program Files/link'));
    fs.symlinkSync('link', path.join(root, 'vm/D/Program Files/round'));
    fs.rmSync(path.join(root, 'vm/E/approot/W.dll'));
    fs.symlinkSync(path.join(root, 'package/approot/W.dll'), path.join(root, 'vm/E/approot/W.dll'));
    const { D, E } = await drives('reimage');
    expect(named(D)).toEqual(['lost: D:\\Program Files\\link', 'lost: D:\\Program Files\\round']);
    expect(named(E)).toEqual(['reset: E:\\approot\\W.dll']);
  });

  it('counts all and names no more than are listed, patched ones in any case', async () => {
    await deploy();
    for (let number = 0; number < plannedFilesListed + 50; number += 1) onDrive(`D/Program Files/${number}.txt`, '');
    fs.mkdirSync(path.join(root, 'vm/D/zzz'));
    await patch('D:\\zzz\\last.txt', 'patched');
    const { D } = await drives('reimage');
    expect([D.files.length, D.filesChanged, D.files[0]?.file]).toEqual([plannedFilesListed, plannedFilesListed + 51, 'D:\\zzz\\last.txt']);
  });

  it('of thousands of files lets others have their turns', async () => {
    await deploy();
    const many = 3_000;
    for (let number = 0; number < many; number += 1) onDrive(`E/approot/lib/${number}.js`, String(number));
    let turns = 0;
    let over = false;
    const count = () => {
      turns += 1;
      if (!over) setImmediate(count);
    };
    setImmediate(count);
    const { E } = await drives('reimage');
    over = true;
    expect(E.filesChanged).toBe(many);
    expect(turns).toBeGreaterThan(10);
  });

  it.skipIf(process.getuid?.() === 0)('takes what cannot be read for another content', async () => {
    await deploy();
    fs.chmodSync(path.join(root, 'vm/E/approot/W.dll'), 0);
    expect(named((await drives('reimage')).E)).toEqual(['reset: E:\\approot\\W.dll']);
  });
});
