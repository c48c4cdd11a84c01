import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVm } from '../../../agents/host-agent/create-vm.ts';
import { agentInstaller } from '../../../agents/wa-app-agent/install-agent.ts';
import { imageAgentVersion } from '../../../contracts/agent-version.ts';
import type { NumberedEvent } from '../../../contracts/host-goal.ts';
import type { VmDocument } from '../../../contracts/vm-document.ts';
import { driveLayout } from '../../../sandbox/drive-layout.ts';
import { installedAgent } from '../../../sandbox/installed-agent.ts';
import { toolNames } from '../../../sandbox/tools/tool-names.ts';
import { formerVmDocument } from '../../../sandbox/vm-document.ts';
import { vmDocument } from '../sandbox/vm.ts';

const version = '3.0.0.1';
let root: string;
let vm: VmDocument;
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-agent-')));
  vm = vmDocument({ bundlesDirectory: path.join(root, 'bundles') });
  fs.mkdirSync(vm.bundlesDirectory);
  build('build 1');
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

/** Makes the bundles as a build of rolevm does. */
function build(content: string): void {
  for (const name of ['WaAppAgent', 'WindowsAzureGuestAgent', 'WaHostBootstrapper', 'WaWorkerHost', ...toolNames])
    fs.writeFileSync(path.join(vm.bundlesDirectory, `${name}.cjs`), content);
}

const layoutOf = () => driveLayout(path.join(root, 'vm'), vm);
const powerOn = async (...events: readonly NumberedEvent[]) => {
  const made = await createVm({ vm, vmRoot: layoutOf().vmRoot, fillRoleDrive: async () => {} }, vm, events);
  vm = made.vm;
};
const installer = () => agentInstaller(layoutOf(), vm.bundlesDirectory);
const program = (of: string) => layoutOf().guestAgentProgram(of).host;
const contentOf = (of: string) => (fs.existsSync(program(of)) ? fs.readFileSync(program(of), 'utf8') : undefined);
async function update(): Promise<void> {
  await installer().lay(version);
  installer().switchTo(version);
}

describe('a D: that is made', () => {
  it('has the image’s version, which WaAppAgent need not install but writes down', async () => {
    await powerOn();
    expect(installedAgent(layoutOf())).toBe(imageAgentVersion);
    expect(fs.existsSync(layoutOf().guestAgentDocument.host)).toBe(false);
    expect(await installer().repair()).toEqual({ version: imageAgentVersion, wasMissing: false });
    expect(JSON.parse(fs.readFileSync(layoutOf().guestAgentDocument.host, 'utf8'))).toEqual({ version: imageAgentVersion });
  });

  it('has it again after a reimage, whatever was installed before', async () => {
    await powerOn();
    await update();
    await powerOn({ n: 1, name: 'update-agent', agentVersion: version });
    expect(vm.agentVersion).toBe(version);
    await powerOn({ n: 2, name: 'reimage' });
    expect([installedAgent(layoutOf()), vm.agentVersion, contentOf(version)]).toEqual([imageAgentVersion, undefined, undefined]);
    expect(formerVmDocument(layoutOf().vmRoot, vm.deploymentId)).toMatchObject({ eventDone: 2 });
  });
});

describe('a version that was installed', () => {
  it('lies beside the former one, which stays', async () => {
    await powerOn();
    expect(await installer().lay(version)).toBe(imageAgentVersion);
    expect(installedAgent(layoutOf())).toBe(imageAgentVersion);
    installer().switchTo(version);
    expect(installedAgent(layoutOf())).toBe(version);
    expect([contentOf(imageAgentVersion), contentOf(version)]).toEqual(['build 1', 'build 1']);
    expect(fs.readdirSync(path.dirname(layoutOf().guestAgentDocument.host)).sort()).toEqual([
      'GuestAgent.json',
      `GuestAgent_${imageAgentVersion}`,
      `GuestAgent_${version}`,
      'WaAppAgent.exe',
    ]);
  });

  it('stays installed at the next power-on, which brings the programs of another build of rolevm, and not the image’s', async () => {
    await powerOn();
    await update();
    fs.rmSync(path.dirname(program(imageAgentVersion)), { recursive: true });
    build('build 2');
    await powerOn();
    expect([installedAgent(layoutOf()), contentOf(version), contentOf(imageAgentVersion)]).toEqual([version, 'build 2', undefined]);
  });

  it('is not touched when the update is recorded: its process may be starting from it', async () => {
    await powerOn();
    await update();
    build('build 2');
    await powerOn({ n: 4, name: 'update-agent', agentVersion: version });
    expect([contentOf(version), vm.eventDone]).toEqual(['build 1', 4]);
    expect(formerVmDocument(layoutOf().vmRoot, vm.deploymentId)).toEqual({ roleDrive: 'E', eventDone: 4, agentVersion: version });
  });

  it('is put back when somebody has deleted its program', async () => {
    await powerOn();
    await update();
    fs.rmSync(program(version));
    expect(await installer().repair()).toEqual({ version, wasMissing: true });
    expect(contentOf(version)).toBe('build 1');
  });

  it('may be laid again by a WaAppAgent that knows nothing of it, and switched to although what was prepared is gone', async () => {
    await powerOn();
    await update();
    await installer().lay(version);
    fs.rmSync(`${layoutOf().guestAgentDocument.host}.next`);
    installer().switchTo(version);
    await installer().lay('3.0.0.2');
    installer().switchTo(version);
    expect(installedAgent(layoutOf())).toBe(version);
  });
});

describe('what a role has laid in the way', () => {
  it.each([
    ['no JSON', '{'],
    ['a path for a version', JSON.stringify({ version: '..\\..\\Windows' })],
    ['another document', '[]'],
    ['far too much', JSON.stringify({ version, more: 'x'.repeat(20_000) })],
  ])('%s in the place of the document: the image’s version counts, and WaAppAgent writes it anew', async (_what, content) => {
    await powerOn();
    fs.writeFileSync(layoutOf().guestAgentDocument.host, content);
    expect(installedAgent(layoutOf())).toBe(imageAgentVersion);
    await installer().repair();
    expect(JSON.parse(fs.readFileSync(layoutOf().guestAgentDocument.host, 'utf8'))).toEqual({ version: imageAgentVersion });
  });

  it('a link in the place of a version’s folder is not followed', async () => {
    await powerOn();
    const elsewhere = path.join(root, 'elsewhere');
    fs.mkdirSync(elsewhere);
    fs.symlinkSync(elsewhere, path.dirname(program(version)));
    await expect(installer().lay(version)).rejects.toMatchObject({ code: 'RV3103' });
    expect(fs.readdirSync(elsewhere)).toEqual([]);
  });

  it('a link in the place of the document, or of a program that is being laid, is replaced', async () => {
    await powerOn();
    const target = path.join(root, 'target');
    fs.writeFileSync(target, 'mine');
    await installer().lay(version);
    for (const place of [`${program(version)}.new`, layoutOf().guestAgentDocument.host, `${layoutOf().guestAgentDocument.host}.next`]) {
      fs.rmSync(place, { force: true });
      fs.symlinkSync(target, place);
    }
    await update();
    expect(installedAgent(layoutOf())).toBe(version);
    expect(fs.readFileSync(target, 'utf8')).toBe('mine');
  });
});
