import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guestAccount, requireSignIn } from '../../../cli/rdp/guest-account.ts';
import { commandProgram, sessionEnvironment, shellProgram } from '../../../cli/rdp/session-program.ts';
import { instanceStatuses } from '../../../contracts/instance-status.ts';
import { type DriveLayout, driveLayout } from '../../../sandbox/drive-layout.ts';
import { vmDocument } from '../sandbox/vm.ts';

let root: string;
let layout: DriveLayout;
const namespace = 'Microsoft.WindowsAzure.Plugins.RemoteAccess';
const vm = vmDocument({
  settings: [
    { name: `${namespace}.Enabled`, value: 'true' },
    { name: `${namespace}.AccountUsername`, value: 'operator' },
    { name: `${namespace}.AccountEncryptedPassword`, value: 'MIIB' },
    { name: `${namespace}.AccountExpiration`, value: '2020-01-01T00:00:00Z' },
  ],
});

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-rdp-')));
  layout = driveLayout(root, vm);
  fs.mkdirSync(layout.approot.host, { recursive: true });
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function writeRoleModel(nameSpace: string): void {
  const setting = `<ConfigurationSettings><Setting name="Enabled" nameSpace="${nameSpace}" /></ConfigurationSettings>`;
  const xmlns = 'http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition';
  fs.writeFileSync(
    layout.roleModel.host,
    `<RoleModel name="R" version="2.9" xmlns="${xmlns}"><Runtime />${setting}<Properties /></RoleModel>`,
  );
}

const failing = (code: string) => expect.objectContaining({ name: 'UserError', code });

describe('an account', () => {
  it('is the one of the settings until it expires', () => {
    writeRoleModel(namespace);
    expect(guestAccount(vm, layout, Date.parse('2019-01-01T00:00:00Z'))).toBe('operator');
    expect(() => guestAccount(vm, layout, Date.parse('2020-01-01T00:00:00Z'))).toThrow(failing('RV6603'));
  });

  it('needs the module in what lies on the role’s drive, not only settings of its name', () => {
    expect(() => guestAccount(vm, layout, 0)).toThrow(failing('RV6601'));
    writeRoleModel('Some.Other.Module');
    expect(() => guestAccount(vm, layout, 0)).toThrow(failing('RV6601'));
  });
});

it('a VM takes sign-ins in every state in which its Windows runs', () => {
  const refused = instanceStatuses.filter((state) => {
    try {
      requireSignIn({ name: 'R_IN_0', state, details: 'Waiting for Host' });
      return false;
    } catch (error) {
      expect(error).toEqual(failing('RV6605'));
      expect((error as Error).message).toContain('Waiting for Host');
      return true;
    }
  });
  const off = ['RoleStateUnknown', 'CreatingVM', 'StartingVM', 'StoppingVM', 'DeletingVM', 'StoppedVM', 'FailedStartingVM'];
  expect(refused).toEqual(off);
});

describe('a session', () => {
  it('finds the variables of the role, a profile on D:, and of the user only what describes the terminal', async () => {
    const env = await sessionEnvironment(layout, vm, 'operator', { PATH: '/bin', TERM: 'xterm', HOME: '/home/me', TOKEN: 'secret' });
    const profile = path.join(layout.windowsDrive.host, 'Users', 'operator');
    expect(env).toMatchObject({ RoleInstanceID: vm.instanceId, USERNAME: 'operator', HOME: profile, USERPROFILE: profile, TERM: 'xterm' });
    expect(Object.values(env)).not.toContain('secret');
    expect(fs.statSync(profile).isDirectory()).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('is a shell in approot whose prompt names the instance', () => {
    const typed = shellProgram(layout, 'R_IN_0', {}, { own: { SHELL: '/bin/zsh' }, interactive: true });
    expect(typed).toMatchObject({ cwd: layout.approot.host, env: { PS1: expect.stringContaining('[R_IN_0]') } });
    expect(typed.args).toContain('-i');
    expect(shellProgram(layout, 'R_IN_0', {}, { own: {}, interactive: false }).args).not.toContain('-i');
  });

  it('finds a program as a startup task does, and names one that is not there', () => {
    fs.writeFileSync(path.join(layout.approot.host, 'check.js'), '');
    const found = commandProgram(layout, ['check.js', 'E:\\approot\\check.js'], { PATH: '' });
    const file = path.join(layout.approot.host, 'check.js');
    expect(found).toMatchObject({ file: process.execPath, args: [file, file], cwd: layout.approot.host });
    expect(() => commandProgram(layout, ['nowhere'], { PATH: '' })).toThrow(failing('RV6606'));
    expect(() => commandProgram(layout, ['..\\..\\x.js'], { PATH: '' })).toThrow(failing('RV6606'));
  });
});
