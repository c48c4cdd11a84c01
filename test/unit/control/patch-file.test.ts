import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KnownProcess } from '../../../agents/host-agent/process-registry.ts';
import type { PatchRequest } from '../../../contracts/control-api.ts';
import { patchFile } from '../../../control/emulator/patch-file.ts';
import type { PatchTarget } from '../../../control/emulator/patch-target.ts';

let root: string;
let source: string;
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-patch-')));
  source = write('patches/WorkerRole1.dll', 'version 2');
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const file = path.join(root, ...name.split('/'));
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  return file;
}

const read = (name: string) => fs.readFileSync(path.join(root, ...name.split('/')), 'utf8');

/** An instance with these files on its E:; `holds` are drive paths that its host has loaded. */
function instance(name: string, files: readonly string[], holds: () => readonly string[] = () => []): PatchTarget {
  fs.mkdirSync(path.join(root, name, 'E', 'approot'), { recursive: true });
  for (const file of files) write(`${name}/E/approot/${file}`, 'version 1');
  const host = {
    name: 'WaWorkerHost',
    kind: 'played',
    pid: 4711,
    ppid: 1,
    startTicks: '1',
    startedAt: '',
    state: '',
    since: '',
  } satisfies KnownProcess;
  return {
    instance: name,
    vmRoot: path.join(root, name),
    roleDrive: 'E',
    restartAt: () => undefined,
    holders: () => [{ ...host, holds: [...holds()] }],
  };
}

const never = async () => {
  throw new Error('nobody was to wait');
};
const patch = (targets: readonly PatchTarget[], request: Partial<PatchRequest> = {}, freed: () => Promise<boolean> = never) =>
  patchFile({ source, ...request }, targets, freed);

describe('a patch', () => {
  it('goes where a file of its name lies below approot, with the former one kept beside it', async () => {
    const { patched } = await patch([instance('W_IN_0', ['WorkerRole1.dll'])]);
    const hostPath = path.join(root, 'W_IN_0', 'E', 'approot', 'WorkerRole1.dll');
    expect(patched).toEqual([
      {
        instance: 'W_IN_0',
        drivePath: 'E:\\approot\\WorkerRole1.dll',
        hostPath,
        backup: `${hostPath}.bak`,
        sha256: createHash('sha256').update('version 2').digest('hex'),
      },
    ]);
    expect([read('W_IN_0/E/approot/WorkerRole1.dll'), read('W_IN_0/E/approot/WorkerRole1.dll.bak')]).toEqual(['version 2', 'version 1']);
    expect(fs.readdirSync(path.dirname(hostPath)).sort()).toEqual(['WorkerRole1.dll', 'WorkerRole1.dll.bak']);
  });

  it('keeps every former one: the first as .bak, later ones by number', async () => {
    const target = instance('W_IN_0', ['WorkerRole1.dll']);
    for (const version of ['version 2', 'version 3', 'version 4']) {
      fs.writeFileSync(source, version);
      await patch([target]);
    }
    const folder = 'W_IN_0/E/approot/WorkerRole1.dll';
    expect([read(`${folder}.bak`), read(`${folder}.bak.1`), read(`${folder}.bak.2`), read(folder)]).toEqual([
      'version 1',
      'version 2',
      'version 3',
      'version 4',
    ]);
  });

  it('finds its place in any case, and keeps the name that is there', async () => {
    const { patched } = await patch([instance('W_IN_0', ['WORKERROLE1.DLL'])]);
    expect(patched[0]?.drivePath).toBe('E:\\approot\\WORKERROLE1.DLL');
  });

  it("finds a web role's in approot\\bin, and one that lies deeper when there is no other", async () => {
    const { patched } = await patch([instance('W_IN_0', ['bin/WorkerRole1.dll', 'lib/WorkerRole1.dll'])]);
    expect(patched[0]?.drivePath).toBe('E:\\approot\\bin\\WorkerRole1.dll');
    const [deep] = (await patch([instance('X_IN_0', ['a/b/WorkerRole1.dll'])])).patched;
    expect(deep?.drivePath).toBe('E:\\approot\\a\\b\\WorkerRole1.dll');
  });

  it.each([
    [['a/WorkerRole1.dll', 'b/WorkerRole1.dll'], /a\\WorkerRole1\.dll, E:\\approot\\b\\WorkerRole1\.dll/],
    [['WorkerRole1.dll', 'bin/WorkerRole1.dll'], /several files of that name/],
  ])('is refused when %o could be meant', async (files, message) => {
    await expect(patch([instance('W_IN_0', files)])).rejects.toMatchObject({ code: 'RV4302', message: expect.stringMatching(message) });
    for (const file of files) expect(read(`W_IN_0/E/approot/${file}`)).toBe('version 1');
  });

  it('goes to every instance that has the file, and to none that has not', async () => {
    const { patched } = await patch([
      instance('W_IN_0', ['WorkerRole1.dll']),
      instance('X_IN_0', ['Other.dll']),
      instance('W_IN_1', ['WorkerRole1.dll']),
    ]);
    expect(patched.map((entry) => entry.instance)).toEqual(['W_IN_0', 'W_IN_1']);
    expect(fs.existsSync(path.join(root, 'X_IN_0', 'E', 'approot', 'WorkerRole1.dll'))).toBe(false);
  });

  it('is refused when no instance has the file, with the place to name', async () => {
    await expect(patch([instance('X_IN_0', ['Other.dll', 'node_modules/x/WorkerRole1.dll'])])).rejects.toMatchObject({
      code: 'RV4302',
      mend: 'name the place, for example E:\\approot\\WorkerRole1.dll',
    });
  });

  it('goes where it is told to: a file, a new file, a folder, another drive', async () => {
    const target = instance('W_IN_0', ['WorkerRole1.dll', 'bin/x.txt']);
    fs.mkdirSync(path.join(root, 'W_IN_0', 'C', 'Logs'), { recursive: true });
    const place = async (destination: string) => (await patch([target], { destination })).patched[0];
    expect((await place('e:\\APPROOT\\workerrole1.dll'))?.drivePath).toBe('E:\\approot\\WorkerRole1.dll');
    expect(await place('E:\\approot\\New.dll')).toMatchObject({ drivePath: 'E:\\approot\\New.dll' });
    expect((await place('E:\\approot\\bin'))?.drivePath).toBe('E:\\approot\\bin\\WorkerRole1.dll');
    expect((await place('C:\\Logs\\copy.txt'))?.drivePath).toBe('C:\\Logs\\copy.txt');
    expect('backup' in ((await place('E:\\approot\\Newer.dll')) ?? {})).toBe(false);
  });

  it.each([
    ['E:\\approot\\absent\\x.dll', 'RV4304'],
    ['E:\\approot\\..\\..\\vm.json', 'RV3101'],
    ['Z:\\x.dll', 'RV3101'],
    ['/etc/passwd', 'RV3101'],
    ['x.dll', 'RV3101'],
  ])('is refused when it is told to go to %s (%s)', async (destination, code) => {
    await expect(patch([instance('W_IN_0', [])], { destination })).rejects.toMatchObject({ code });
  });

  it.each(['absent.dll', ''])('is refused when there is no file to copy (%o)', async (name) => {
    await expect(patch([instance('W_IN_0', ['WorkerRole1.dll'])], { source: path.join(root, name) })).rejects.toMatchObject({
      code: 'RV4301',
    });
  });
});

describe('a file that a living host has loaded', () => {
  const held = () => ['e:\\approot\\workerrole1.dll'];

  it('is not replaced: the holder is named, as Windows would refuse it', async () => {
    await expect(patch([instance('W_IN_0', ['WorkerRole1.dll'], held)])).rejects.toMatchObject({
      code: 'RV4303',
      message: expect.stringContaining('E:\\approot\\WorkerRole1.dll is in use by WaWorkerHost (4711) of W_IN_0: Windows would refuse'),
    });
    expect(fs.readdirSync(path.join(root, 'W_IN_0', 'E', 'approot'))).toEqual(['WorkerRole1.dll']);
  });

  it('in one instance keeps all the others from being patched', async () => {
    await expect(patch([instance('W_IN_0', ['WorkerRole1.dll']), instance('W_IN_1', ['WorkerRole1.dll'], held)])).rejects.toMatchObject({
      code: 'RV4303',
    });
    expect(read('W_IN_0/E/approot/WorkerRole1.dll')).toBe('version 1');
  });

  it('does not hold others', async () => {
    const { patched } = await patch([instance('W_IN_0', ['WorkerRole1.dll'], () => ['E:\\approot\\Other.dll'])]);
    expect(patched).toHaveLength(1);
  });

  it('is waited for, as often as it takes, until its host is gone', async () => {
    const looks = [held(), held(), []];
    let waits = 0;
    const target = instance('W_IN_0', ['WorkerRole1.dll'], () => looks[waits] ?? []);
    const { patched } = await patch([target], { waitMs: 1_000 }, async () => {
      waits += 1;
      return true;
    });
    expect([waits, patched.length]).toEqual([2, 1]);
  });

  it('that is still held when the time is over is refused, and nothing has happened', async () => {
    await expect(patch([instance('W_IN_0', ['WorkerRole1.dll'], held)], { waitMs: 1_000 }, async () => false)).rejects.toMatchObject({
      code: 'RV4303',
      message: expect.stringContaining('of W_IN_0 still'),
    });
    expect(read('W_IN_0/E/approot/WorkerRole1.dll')).toBe('version 1');
  });
});
