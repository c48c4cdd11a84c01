import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tellInitialized, untilInitialized } from '../../../../hosts/plugins/initialized.ts';
import { type DriveLayout, driveLayout } from '../../../../sandbox/drive-layout.ts';
import { vmDocument } from '../../sandbox/vm.ts';

let root: string;
let layout: DriveLayout;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-initialized-'));
  layout = driveLayout(root, vmDocument());
  fs.mkdirSync(layout.roleTemp.host, { recursive: true });
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const bootstrapper = 4_711;
const agent = () => ({ name: 'DiagnosticsAgent', layout });

describe('the task that waits', () => {
  it('hears what the agent says after it has begun to wait', async () => {
    const waiting = untilInitialized(agent(), bootstrapper);
    tellInitialized(agent(), { failed: false, text: 'Initialised.' }, bootstrapper);
    expect(await waiting).toEqual({ failed: false, text: 'Initialised.' });
  });

  it('hears what the agent has said before, its failure too', async () => {
    tellInitialized(agent(), { failed: true, text: 'No.' }, bootstrapper);
    expect(await untilInitialized(agent(), bootstrapper)).toEqual({ failed: true, text: 'No.' });
  });

  it('does not take the word of another agent, of an agent of an earlier start, or of a role', async () => {
    tellInitialized({ ...agent(), name: 'RemoteAccessAgent' }, { failed: true, text: 'another agent' }, bootstrapper);
    tellInitialized(agent(), { failed: true, text: 'an earlier start' }, bootstrapper - 1);
    const waiting = untilInitialized(agent(), bootstrapper);
    fs.writeFileSync(path.join(layout.roleTemp.host, 'DiagnosticsAgent.initialized.json'), '{ nonsense');
    tellInitialized(agent(), { failed: false, text: 'this start' }, bootstrapper);
    expect((await waiting).text).toBe('this start');
  });
});
