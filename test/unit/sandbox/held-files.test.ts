import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DriveLayout, driveLayout } from '../../../sandbox/drive-layout.ts';
import { heldFiles, heldIn } from '../../../sandbox/held-files.ts';
import { prepareLocalStorage } from '../../../sandbox/local-storage.ts';
import { vmDocument } from './vm.ts';

const vm = vmDocument();
const started: ChildProcess[] = [];
let root: string;
let layout: DriveLayout;
beforeEach(async () => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-held-')));
  layout = driveLayout(root, vm);
  await prepareLocalStorage(layout, vm);
});
afterEach(async () => {
  for (const child of started.splice(0)) await end(child);
  fs.rmSync(root, { recursive: true, force: true });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** A process that has done something and waits; of the VM unless it gets another environment. */
async function holder(script: string, cwd = root, env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log('there'); setInterval(() => {}, 2 ** 30)`], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  return child;
}

describe.skipIf(process.platform !== 'linux')('what a process of the VM holds', () => {
  const cache = (...names: string[]) => path.join(layout.localStorage('Cache').host, ...names);
  const opened = (file: string) => `require('fs').openSync(${JSON.stringify(file)}, 'a')`;

  it('is an open file, and a folder that it works in; what was deleted meanwhile it does not hold', async () => {
    fs.mkdirSync(cache('work'));
    const reader = await holder(opened(cache('open')));
    const worker = await holder('', cache('work'));
    await holder(`${opened(cache('gone'))}; require('fs').rmSync(${JSON.stringify(cache('gone'))})`);
    const held = heldFiles(cache(), vm);
    const facts = held.map(({ path: file, holder: by }) => `${path.basename(file)} ${by}`).sort();
    expect(facts).toEqual([`open node (${reader.pid})`, `work node (${worker.pid})`]);
    expect([heldIn(cache(), 'open', held), heldIn(cache(), 'op', held)]).toEqual([
      expect.objectContaining({ path: cache('open') }),
      undefined,
    ]);
  });

  it('stays when the directory is to be emptied, and is named; everything else goes', async () => {
    fs.mkdirSync(cache('deep', 'er'), { recursive: true });
    const child = await holder(opened(cache('deep', 'er', 'held')));
    for (const name of ['a', 'z']) fs.writeFileSync(cache(name), '');
    await expect(prepareLocalStorage(layout, vm)).rejects.toMatchObject({
      code: 'RV3105',
      message: expect.stringMatching(new RegExp(`^C:.*\\.Cache\\\\deep\\\\er\\\\held is kept open by node \\(${child.pid}\\), `)),
      diagnostics: [expect.objectContaining({ file: cache('deep', 'er', 'held') })],
    });
    expect(fs.readdirSync(cache())).toEqual(['deep']);
    await end(child);
    await prepareLocalStorage(layout, vm);
    expect(fs.readdirSync(cache())).toEqual([]);
  });

  it('in a directory that is kept stands in nobody’s way', async () => {
    await holder(opened(path.join(layout.localStorage('Keep').host, 'held')));
    await prepareLocalStorage(layout, vm);
  });
});
