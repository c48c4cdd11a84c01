import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRole } from '../../../bootstrapper/read-role.ts';
import type { VmDocument } from '../../../contracts/vm-document.ts';
import { driveLayout } from '../../../sandbox/drive-layout.ts';

let vmRoot: string;
beforeEach(() => {
  vmRoot = mkdtempSync(join(tmpdir(), 'rolevm-read-role-'));
});
afterEach(() => rmSync(vmRoot, { recursive: true }));

const vm = {
  deploymentId: '0'.repeat(32),
  roleName: 'Worker',
  instanceId: 'Worker_IN_0',
  roleDrive: 'E',
  configIncarnation: 1,
} as unknown as VmDocument;

describe('a document on a drive that cannot be read', () => {
  it.each([
    ['is cut', '<RoleModel'],
    ['is empty', ''],
    ['holds zeros', '\0\0\0\0'],
  ])('is named with its drive path when it %s: the status is where a user looks first', (_, content) => {
    const layout = driveLayout(vmRoot, vm);
    mkdirSync(dirname(layout.roleModel.host), { recursive: true });
    writeFileSync(layout.roleModel.host, content);
    expect(() => readRole(vm, layout)).toThrow(/^E:\\RoleModel\.xml cannot be read: ./);
  });

  it('is named without a path of this machine when it is missing', () => {
    expect(() => readRole(vm, driveLayout(vmRoot, vm))).toThrow('E:\\RoleModel.xml cannot be read: it is not there.');
  });
});
