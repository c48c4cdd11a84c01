import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Place, places } from '../../support/emulator/start-emulator.ts';
import { expectGone } from '../gone.ts';

const idle = ['-e', "console.log('there'); setInterval(() => {}, 2 ** 30);"];

async function start(options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv }): Promise<ChildProcess> {
  const child = spawn(process.execPath, idle, { ...options, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  await once(child.stdout, 'data');
  return child;
}

describe('a place of these tests', () => {
  it.each([
    ['by the state directory in its environment', (place: Place) => start({ env: { ROLEVM_STATE: place.stateDirectory } })],
    ['by the folder it works in, with an empty environment', (place: Place) => start({ env: {}, cwd: place.stateDirectory })],
  ])('finds a process that was left over %s, ends it, and fails naming it', async (_, startIn) => {
    let close = async () => {};
    const place = places((closeAll) => {
      close = closeAll;
    })('steady');
    mkdirSync(place.stateDirectory);
    const child = await startIn(place);
    await expect(close()).rejects.toThrow(`processes are left over: node (${child.pid}, `);
    expectGone(child.pid ?? 0, 'the process that was left over');
    await expect(close()).resolves.toBeUndefined();
  });
});
