import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { processIdentity } from '../../kernel/process-table/index.ts';
import { bundle, temporaryDirectory } from '../fixtures/processes/build.ts';

const directory = temporaryDirectory();
let talker: string;
let children: ChildProcess[] = [];
beforeAll(async () => {
  talker = await bundle('test/fixtures/processes/talker.ts', directory);
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
});

/** A talker that is up. */
async function start() {
  const child = fork(talker, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  children.push(child);
  const heard: { n?: number; waits?: boolean; up?: boolean }[] = [];
  let printed = '';
  child.on('message', (message) => heard.push(message as object));
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  await once(child, 'message');
  // `close` never comes when the channel was closed on this side.
  const ended = Promise.all([once(child, 'exit'), child.stdout && once(child.stdout, 'end')]).then(([[code]]) => code as number);
  return { child, heard, printed: () => printed, ended };
}

describe("a played process's line to its parent", () => {
  it('loses nothing of what is said right before the end', async () => {
    const { child, heard, ended } = await start();
    child.send({ type: 'talk', count: 300 });
    const code = await ended;
    expect(code).toBe(7);
    expect(heard.flatMap(({ n }) => n ?? [])).toEqual(Array.from({ length: 300 }, (_, n) => n));
  });

  it('is drained at once when nothing is under way', async () => {
    const { child, heard, ended } = await start();
    child.send({ type: 'wait' });
    await once(child, 'message');
    child.send({ type: 'leave' });
    const code = await ended;
    expect([code, heard]).toEqual([3, [{ up: true }, { waits: true }]]);
  });

  it('drops what is not in the form of its messages', async () => {
    const { child, heard, ended } = await start();
    for (const nonsense of ['leave', 5, { type: 'Leave' }, { type: 'talk', count: '300' }, {}, []]) child.send(nonsense as object);
    child.send({ type: 'wait' });
    await once(child, 'message');
    expect(heard).toEqual([{ up: true }, { waits: true }]);
    child.send({ type: 'leave' });
    await ended;
  });

  it('tells when the parent is gone, and neither fails nor waits for anybody then', async () => {
    const { child, printed, ended } = await start();
    child.disconnect();
    const code = await ended;
    expect([code, printed()]).toEqual([5, 'lost\n']);
  });

  it('tells so as well when there never was one', async () => {
    const child = spawn(process.execPath, [talker], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    const [code] = await once(child, 'close');
    expect([code, printed]).toEqual([5, 'lost\n']);
  });

  it('does not hold up the end of a process whose parent has stopped reading', async () => {
    // A parent that tells its child to talk and then stands still, as one in a debugger.
    const stuck = `
      const child = require('node:child_process').fork(${JSON.stringify(talker)});
      child.once('message', () => child.send({ type: 'talk', count: 3000 }, () => {
        require('node:fs').writeSync(1, String(child.pid) + '\\n');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      }));`;
    const parent = spawn(process.execPath, ['-e', stuck], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(parent);
    const [pid] = await once(parent.stdout, 'data');
    for (let gone = false; !gone; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      gone = processIdentity(Number(pid)) === undefined;
    }
  });
});
