import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DriveLayout, driveLayout } from '../../../sandbox/drive-layout.ts';
import { prepareLocalStorage } from '../../../sandbox/local-storage.ts';
import { vmDocument } from './vm.ts';

const vm = vmDocument();
/** Nobody is above permissions in these tests: root plays an ordinary user while they run. */
const isRoot = process.geteuid?.() === 0;
let outside: string;
let layout: DriveLayout;
beforeEach(() => {
  if (isRoot) process.seteuid?.(65_534);
  outside = realpathSync(mkdtempSync(join(tmpdir(), 'rolevm-storage-')));
  layout = driveLayout(join(outside, 'vm'), vmDocument());
});
afterEach(() => {
  if (isRoot) process.seteuid?.(0);
  rmSync(outside, { recursive: true, force: true });
});

const fill = (folder: string) => {
  mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
  writeFileSync(join(folder, 'deep', 'er', 'file'), '');
  writeFileSync(join(folder, 'marker'), '');
};

describe('prepareLocalStorage', () => {
  it('makes every directory, DiagnosticStore also when no definition names it', async () => {
    await prepareLocalStorage(layout, vmDocument({ localStorage: [] }));
    expect(existsSync(layout.diagnosticStore.host)).toBe(true);
    expect(existsSync(layout.roleTemp.host)).toBe(true);
    await prepareLocalStorage(layout, vm);
    expect(readdirSync(layout.localStorage('Cache').host)).toEqual([]);
  });

  it('empties what has cleanOnRoleRecycle and RoleTemp, keeps the rest, and DiagnosticStore whatever its definition says', async () => {
    await prepareLocalStorage(layout, vm);
    const [cache, keep, store, temp] = [layout.localStorage('Cache'), layout.localStorage('Keep'), layout.diagnosticStore, layout.roleTemp];
    for (const place of [cache, keep, store, temp]) fill(place.host);
    await prepareLocalStorage(layout, vm);
    expect([cache, keep, store, temp].map((place) => readdirSync(place.host).length)).toEqual([0, 2, 2, 0]);
  });

  it.skipIf(process.platform === 'win32')('removes links and not what they lead to, inside and in place of a directory', async () => {
    await prepareLocalStorage(layout, vm);
    const precious = join(outside, 'precious');
    fill(precious);
    symlinkSync(precious, join(layout.localStorage('Cache').host, 'link'));
    symlinkSync('nowhere', join(layout.localStorage('Cache').host, 'dangling'));
    rmSync(layout.roleTemp.host, { recursive: true });
    symlinkSync(precious, layout.roleTemp.host);
    rmSync(layout.diagnosticStore.host, { recursive: true });
    symlinkSync(precious, layout.diagnosticStore.host);
    await prepareLocalStorage(layout, vm);
    expect(readdirSync(precious).sort()).toEqual(['deep', 'marker']);
    expect(readdirSync(layout.localStorage('Cache').host)).toEqual([]);
    for (const place of [layout.roleTemp, layout.diagnosticStore]) expect(lstatSync(place.host).isDirectory()).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('names the path that cannot be removed, so that the bootstrapper is not started', async () => {
    await prepareLocalStorage(layout, vm);
    const locked = join(layout.localStorage('Cache').host, 'locked');
    fill(locked);
    chmodSync(join(locked, 'deep'), 0o500);
    try {
      await expect(prepareLocalStorage(layout, vm)).rejects.toMatchObject({
        code: 'RV3104',
        message: expect.stringContaining('.Cache\\locked cannot be removed (EACCES)'),
        diagnostics: [expect.objectContaining({ file: expect.stringContaining(join(locked, 'deep')) })],
      });
    } finally {
      chmodSync(join(locked, 'deep'), 0o700);
    }
    await prepareLocalStorage(layout, vm);
    expect(existsSync(locked)).toBe(false);
  });
});
