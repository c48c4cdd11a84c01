import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceModel } from '../../../contracts/service-model.ts';
import { findImages, imageRoles } from '../../../control/emulator/find-images.ts';
import { deleteImages } from '../../../control/image/delete-images.ts';
import { imageDrive, imageNameOf, imageNames, imageOf, readImageManifest } from '../../../control/image/image-place.ts';
import { makeImage, sourceOfFolder, sourceOfInstance } from '../../../control/image/make-image.ts';
import { createStateDirectory } from '../../../control/state-directory.ts';
import { writeVmDocument } from '../../../sandbox/vm-document.ts';
import { vmDocument } from '../sandbox/vm.ts';

let root: string;
let state: string;
let folder: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-image-'));
  state = path.join(root, 'state');
  folder = path.join(root, 'Web');
  createStateDirectory(state);
  fs.mkdirSync(path.join(folder, 'Server'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'Server/server.js'), 'serve');
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const make = (name = 'web') => makeImage(state, name, sourceOfFolder(folder), { version: '0.0.0', message: 'a note' });

function layVm(changes: Parameters<typeof vmDocument>[0] = {}): string {
  const vm = path.join(state, 'vms/Worker_IN_0');
  for (const name of ['D/Windows/System32/config/certificates', 'D/Windows/System32/winevt/Logs', 'D/Packages/GuestAgent', 'D/Tools'])
    fs.mkdirSync(path.join(vm, name), { recursive: true });
  for (const name of ['config/services.json', 'config/certificates/key', 'winevt/Logs/System.jsonl'])
    fs.writeFileSync(path.join(vm, 'D/Windows/System32', name), '[]');
  fs.writeFileSync(path.join(vm, 'D/Tools/tool.exe'), '');
  writeVmDocument(vm, vmDocument({ instanceId: 'Worker_IN_0', ...changes }));
  return vm;
}

describe('an image', () => {
  it('is a copy of a folder, with where it is from', async () => {
    expect(await make()).toEqual({ files: 1, folders: 1, links: 0, bytes: 5 });
    fs.writeFileSync(path.join(folder, 'Server/server.js'), 'changed');
    expect(fs.readFileSync(path.join(imageDrive(state, 'web'), 'Server/server.js'), 'utf8')).toBe('serve');
    expect(readImageManifest(state, 'web')).toMatchObject({ from: folder, message: 'a note' });
    await expect(make('WEB')).rejects.toMatchObject({ code: 'RV4716' });
    expect(() => sourceOfFolder(path.join(folder, 'Server/server.js'))).toThrow(/is no folder/);
  });

  it('of a VM has what was installed and registered on its D:, and nothing that makes it that machine', async () => {
    layVm();
    await makeImage(state, 'made', sourceOfInstance(state, 'worker_in_0'), { version: '0.0.0' });
    const files = fs.readdirSync(imageDrive(state, 'made'), { recursive: true, withFileTypes: true });
    expect(files.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(['tool.exe', 'services.json']);
    expect(() => sourceOfInstance(state, 'Other_IN_0')).toThrow(/there is no VM Other_IN_0/);
  });

  it('can be empty, is not listed before it is whole, and takes away what a killed one has left', async () => {
    fs.mkdirSync(path.join(state, 'images/.saving-999999-1-1'), { recursive: true });
    expect(imageNames(state)).toEqual([]);
    await makeImage(state, 'empty', undefined, { version: '0.0.0' });
    expect(fs.readdirSync(imageDrive(state, 'empty'))).toEqual([]);
    expect(fs.readdirSync(path.join(state, 'images'))).toEqual(['empty']);
  });

  it('is meant by the name of a .vhd, in any case and by whatever address', async () => {
    await make();
    for (const href of ['web.vhd', 'WEB.VHD', 'http://example.blob.core.windows.net/images/web.vhd', 'web'])
      expect(imageOf(state, href)).toBe('web');
    expect(imageOf(state, 'other.vhd')).toBeUndefined();
    expect(imageNameOf('..\\images\\web.vhd')).toBe('web');
  });

  it('is deleted unless a VM is made from it, and has a name that leads nowhere else', async () => {
    await make();
    const vm = layVm({ image: imageDrive(state, 'web') });
    await expect(deleteImages(state, ['web'])).rejects.toMatchObject({ code: 'RV4719' });
    fs.rmSync(vm, { recursive: true });
    await expect(deleteImages(state, ['web', 'other'])).rejects.toMatchObject({ code: 'RV4715' });
    await deleteImages(state, ['web']);
    expect(fs.readdirSync(path.join(state, 'images'))).toEqual([]);
    await expect(make('../web')).rejects.toMatchObject({ code: 'RV6222' });
    await expect(deleteImages(state, ['..'])).rejects.toMatchObject({ code: 'RV6222' });
  });
});

describe('a VM role', () => {
  const role = { name: 'Web', kind: 'VirtualMachineRole', configuration: { osImage: { href: 'web.vhd' } } };
  const model = { roles: [role, { name: 'Worker', kind: 'WorkerRole', configuration: {} }] } as unknown as ServiceModel;

  it('has the image that its OsImage names, or is refused with the way to make it', async () => {
    expect(() => findImages(state, model)).toThrow(/there is no image web/);
    await make();
    expect([...findImages(state, model)]).toEqual([['Web', imageDrive(state, 'web')]]);
  });

  it('brings nothing in the package', () => {
    expect(imageRoles(model)).toMatchObject([{ name: 'Web', files: [], model: { tasks: [], sites: [] } }]);
  });
});
