import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../contracts/diagnostic.ts';
import { createDrives, rebuildDrive, removeDrive } from '../../../sandbox/create-drives.ts';
import { deletedBehind, goneName } from '../../../sandbox/delete-behind.ts';
import { type DriveLayout, driveLayout, type Place } from '../../../sandbox/drive-layout.ts';
import { toDrivePath, toHostPath } from '../../../sandbox/drive-path.ts';
import { vmDocument } from './vm.ts';

let outside: string;
let root: string;
let layout: DriveLayout;
beforeEach(() => {
  outside = realpathSync(mkdtempSync(join(tmpdir(), 'rolevm-drives-')));
  root = join(outside, 'vms', 'WorkerRole1_IN_0');
  layout = driveLayout(root, vmDocument());
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

describe('driveLayout', () => {
  it('has Azure paths (AB 6, 7.1)', () => {
    const role = '1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.WorkerRole1';
    const paths: [Place, string][] = [
      [layout.waAppAgentLog, 'C:\\Logs\\WaAppAgent.log'],
      [layout.appAgentRuntimeLog, 'C:\\Logs\\AppAgentRuntime.log'],
      [layout.bootstrapperLog, 'C:\\Resources\\WaHostBootstrapper.log'],
      [layout.localStorage('Cache'), `C:\\Resources\\Directory\\${role}.Cache`],
      [layout.hostLog('WaWorkerHost'), `C:\\Resources\\Directory\\${role}.DiagnosticStore\\WaWorkerHost.log`],
      [layout.roleTemp, `C:\\Resources\\temp\\${role}\\RoleTemp`],
      [
        layout.roleEnvironment,
        'C:\\Config\\1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.WorkerRole1_IN_0.RoleEnvironment.2.xml',
      ],
      [layout.configDocument, 'C:\\Config\\1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.WorkerRole1_IN_0.2.xml'],
      [layout.guestAgent, 'D:\\Packages\\GuestAgent'],
      [layout.eventLogs, 'D:\\Windows\\System32\\winevt\\Logs'],
      [layout.roleRoot, 'E:\\'],
      [layout.approot, 'E:\\approot'],
      [layout.base, 'E:\\base\\x64'],
      [layout.roleModel, 'E:\\RoleModel.xml'],
      [layout.entryPoint, 'E:\\__entrypoint.txt'],
      [layout.hostOutput('WaWorkerHost'), 'C:\\Logs\\WaWorkerHost.out.log'],
    ];
    for (const [place, drivePath] of paths) {
      expect(place.drive).toBe(drivePath);
      expect(toHostPath(root, drivePath)).toBe(place.host);
      expect(toDrivePath(root, place.host)).toBe(drivePath);
    }
  });

  it('follows the letter of the role drive', () => {
    expect(driveLayout(root, vmDocument({ roleDrive: 'F' })).roleModel).toEqual({
      drive: 'F:\\RoleModel.xml',
      host: join(root, 'F', 'RoleModel.xml'),
    });
  });

  it.each([
    ['setup.cmd > log.txt', '0-setup.cmd.log'],
    ['"bin\\my setup.exe" /quiet', '0-my_setup.exe.log'],
    ['node.exe ..\\startup.js', '0-node.exe.log'],
    ['..\\..\\..\\x', '0-x.log'],
    ['..', '0-...log'],
    ['"C:\\a b\\', '0-task.log'],
    ['  ', '0-task.log'],
    ['a:b*?|.cmd', '0-a_b___.cmd.log'],
  ])('the output of %j has a harmless name', (commandLine, name) => {
    const place = layout.taskOutput(0, commandLine);
    expect(place.host).toBe(join(layout.taskOutputs.host, name));
    expect(toHostPath(root, place.drive)).toBe(place.host);
  });

  it.each(['..', 'a/b', 'a\\b', 'C:', 'nul\0', '', 'end.', 'x'.repeat(201)])('%j as a name of the service model is refused', (name) => {
    expect(() => driveLayout(root, vmDocument({ roleName: name }))).toThrow(UserError);
    expect(() => layout.localStorage(name)).toThrow(/cannot be part of a file's name/);
  });
});

describe('createDrives', () => {
  it('makes the folders of C: and D:, and what is there stays', async () => {
    await createDrives(layout);
    for (const place of [layout.logs, layout.config, layout.diagnosticStore, layout.roleTemp, layout.guestAgent, layout.eventLogs]) {
      expect(existsSync(place.host), place.drive).toBe(true);
    }
    writeFileSync(layout.waAppAgentLog.host, 'kept');
    await createDrives(layout);
    expect(readFileSync(layout.waAppAgentLog.host, 'utf8')).toBe('kept');
    expect(readdirSync(root).sort()).toEqual(['C', 'D']);
  });

  it.skipIf(process.platform === 'win32')('follows no link that a role has laid, and makes nothing behind it', async () => {
    mkdirSync(join(outside, 'elsewhere'));
    mkdirSync(join(root, 'C'), { recursive: true });
    symlinkSync(join(outside, 'elsewhere'), layout.resources.host);
    await expect(createDrives(layout)).rejects.toMatchObject({ code: 'RV3103', message: expect.stringContaining(layout.resources.host) });
    expect(readdirSync(join(outside, 'elsewhere'))).toEqual([]);
  });
});

describe('rebuildDrive', () => {
  const rebuild = (text: string) => rebuildDrive(root, 'E', async (folder) => writeFileSync(join(folder, 'RoleModel.xml'), text));
  const content = () => readFileSync(layout.roleModel.host, 'utf8');

  it('makes the drive, and makes it anew without anything of the former', async () => {
    await rebuild('one');
    writeFileSync(join(root, 'E', 'patched.dll'), '');
    await rebuild('two');
    expect(readdirSync(join(root, 'E'))).toEqual(['RoleModel.xml']);
    expect(content()).toBe('two');
    await deletedBehind();
    expect(readdirSync(root)).toEqual(['E']);
  });

  it('shows the new drive only when it is complete, and keeps the former one when filling fails', async () => {
    await rebuild('one');
    const failing = rebuildDrive(root, 'E', async (folder) => {
      writeFileSync(join(folder, 'half'), '');
      expect(content()).toBe('one');
      throw new Error('the package is damaged');
    });
    await expect(failing).rejects.toThrow('the package is damaged');
    expect(content()).toBe('one');
    await deletedBehind();
    expect(readdirSync(root)).toEqual(['E']);
  });

  it('clears up after one that was killed at any point', async () => {
    const states: [string, () => void, string][] = [
      ['while filling', () => mkdirSync(join(root, 'E.new-7')), 'one'],
      [
        'between the renames',
        () => {
          mkdirSync(join(root, 'E.new-7'));
          renameSync(join(root, 'E'), join(root, 'E.old-7'));
        },
        'one',
      ],
      ['before the former is taken away', () => mkdirSync(join(root, 'E.old-7', 'approot'), { recursive: true }), 'one'],
      ['while deleting the former', () => mkdirSync(join(root, 'E.gone-7-1', 'approot'), { recursive: true }), 'one'],
    ];
    for (const [name, kill, expected] of states) {
      await rebuild('one');
      kill();
      // What stands on the drive when the next rebuild begins to fill.
      let before = '';
      await rebuildDrive(root, 'E', async (folder) => {
        before = content();
        expect(
          readdirSync(root)
            .filter((entry) => !goneName.test(entry))
            .sort(),
          name,
        ).toEqual(['E', `E.new-${process.pid}`]);
        writeFileSync(join(folder, 'RoleModel.xml'), 'two');
      });
      expect(before, name).toBe(expected);
      expect(content(), name).toBe('two');
      await deletedBehind();
      expect(readdirSync(root), name).toEqual(['E']);
    }
  });

  it('leaves alone what only looks like a leftover, and what a link leads to', async () => {
    mkdirSync(join(root, 'E'), { recursive: true });
    writeFileSync(join(root, 'E.new-backup'), '');
    writeFileSync(join(outside, 'precious'), '');
    if (process.platform !== 'win32') {
      symlinkSync(outside, join(root, 'E', 'link'));
      symlinkSync(outside, join(root, 'E.old-1'));
    }
    await rebuild('one');
    await deletedBehind();
    expect(readdirSync(root).sort()).toEqual(['E', 'E.new-backup']);
    expect(existsSync(join(outside, 'precious'))).toBe(true);
  });

  it('removeDrive removes a letter with its leftovers', async () => {
    await rebuild('one');
    mkdirSync(join(root, 'E.new-7'));
    await removeDrive(root, 'E');
    expect(existsSync(join(root, 'E'))).toBe(false);
    await deletedBehind();
    expect(readdirSync(root)).toEqual([]);
    expect(existsSync(dirname(root))).toBe(true);
  });

  it('costs the same whatever the former drive holds: it is deleted behind', async () => {
    const files = 20_000;
    const fill = (folder: string) => {
      for (let directory = 0; directory < 20; directory += 1) {
        mkdirSync(join(folder, `${directory}`), { recursive: true });
        for (let file = 0; file < files / 20; file += 1) writeFileSync(join(folder, `${directory}`, `${file}`), '');
      }
    };
    fill(join(outside, 'many'));
    const deletingFrom = performance.now();
    rmSync(join(outside, 'many'), { recursive: true });
    const deletingMs = performance.now() - deletingFrom;
    fill(join(root, 'E'));
    const rebuildingFrom = performance.now();
    await rebuild('two');
    const rebuildingMs = performance.now() - rebuildingFrom;
    expect(rebuildingMs).toBeLessThan(deletingMs / 4);
    expect(readdirSync(join(root, 'E'))).toEqual(['RoleModel.xml']);
    await deletedBehind();
    expect(readdirSync(root)).toEqual(['E']);
  }, 60_000);

  it('may follow at once on another: nothing of the former ones is in its way', async () => {
    for (const text of ['one', 'two', 'three', 'four']) {
      await rebuild(text);
      for (let file = 0; file < 100; file += 1) writeFileSync(join(root, 'E', `${file}`), '');
    }
    await Promise.all([rebuildDrive(root, 'C', async () => {}), rebuildDrive(root, 'D', async () => {})]);
    await deletedBehind();
    expect(readdirSync(root).sort()).toEqual(['C', 'D', 'E']);
    expect(content()).toBe('four');
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('deletes what a role has made unreadable', async () => {
    mkdirSync(join(root, 'E', 'closed', 'inside'), { recursive: true });
    chmodSync(join(root, 'E', 'closed'), 0);
    await rebuild('one');
    await deletedBehind();
    expect(readdirSync(root)).toEqual(['E']);
  });
});
