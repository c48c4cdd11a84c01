import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AnyActorRef, createActor, type EventObject, setup } from 'xstate';
import { literal, number, object } from 'zod/mini';
import { type ProcessCommand, type ProcessEvent, type ProcessLogicOptions, processLogic } from '../../kernel/process-logic.ts';
import { type StartGate, startGate } from '../../kernel/start-gate.ts';
import type { LaunchSpec } from '../../kernel/start-process.ts';
import { expectGone } from './gone.ts';

const said = object({ type: literal('said'), n: number() });
type Up = { type: 'said'; n: number };
type Down = { type: 'echo'; n: number } | { type: 'leave'; code: number };
type Heard = ProcessEvent<Up>;

/** Says back what it is told, and `0` at first; leaves with the code that it is told. */
const echo = `
  process.on('message', (m) => { if (m.type === 'echo') process.send({ type: 'said', n: m.n }); else process.exit(m.code); });
  process.send({ type: 'said', n: 0 });
  process.send({ type: 'nonsense' });
  process.send({ type: 'said', n: 'no number' });
`;
const node = (script: string, changes: Partial<LaunchSpec> = {}): LaunchSpec => ({
  file: process.execPath,
  args: ['-e', script],
  env: {},
  cwd: tmpdir(),
  ipc: true,
  ...changes,
});

let folder: string;
let actors: AnyActorRef[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolevm-process-'));
  actors = [];
});
afterEach(async () => {
  for (const actor of actors) actor.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A process as a machine invokes it; `heard` is everything that the machine hears. */
function invoke(launch: LaunchSpec | (() => LaunchSpec), options: Partial<ProcessLogicOptions<Up, undefined>> = {}) {
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  const logic = processLogic<Down, Up>({
    accepts: said,
    whenStopped: 'kill',
    launch: typeof launch === 'function' ? launch : () => launch,
    ...options,
  });
  const machine = setup({ types: { events: {} as EventObject }, actors: { logic } }).createMachine({
    invoke: { id: 'process', src: 'logic' },
    on: {
      '*': {
        actions: ({ event }) => {
          heard.push(event as Heard);
          for (const check of waiting) check();
        },
      },
    },
  });
  const actor = createActor(machine);
  actors.push(actor);
  actor.start();
  const child = actor.getSnapshot().children['process'];
  return {
    actor,
    heard,
    tell: (command: ProcessCommand<Down>) => child?.send(command),
    send: (message: Down) => child?.send({ type: 'process.send', message }),
    pid: () => heard.flatMap((event) => (event.type === 'process.started' ? [event.process.pid] : []))[0] ?? 0,
    exits: () => heard.flatMap((event) => (event.type === 'process.exited' ? [event.cause] : [])),
    words: () => heard.flatMap((event) => (event.type === 'process.message' ? [event.message.n] : [])),
    until: (fact: (heard: readonly Heard[]) => boolean) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!fact(heard)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

const hasExited = (heard: readonly Heard[]) => heard.some(({ type }) => type === 'process.exited');
const hasSpoken = (heard: readonly Heard[]) => heard.some(({ type }) => type === 'process.message');

/** Facts that come from outside of the machine. */
async function eventually(fact: () => void): Promise<void> {
  for (;;) {
    try {
      fact();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

describe('a process as an actor', () => {
  it('is heard from its start to its end: started, its messages as they come, exited once', async () => {
    const child = invoke(node(echo));
    for (const n of [1, 2, 3]) child.send({ type: 'echo', n });
    child.send({ type: 'leave', code: 7 });
    await child.until(hasExited);
    expect(child.heard[0]).toEqual({
      type: 'process.started',
      process: { pid: expect.any(Number), startTicks: expect.stringMatching(/^\d+$/), startedAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
    expect(child.words()).toEqual([0, 1, 2, 3]);
    expect(child.exits()).toEqual([{ kind: 'exited', code: 7 }]);
  });

  it('drops what is not in the form of its messages', async () => {
    const child = invoke(node(echo));
    await child.until(hasSpoken);
    child.send({ type: 'leave', code: 0 });
    await child.until(hasExited);
    expect(child.words()).toEqual([0]);
  });

  it.each([
    ['a program that is not there', { file: '/absent/program' }],
    ['a folder that is not there', { cwd: '/absent' }],
  ])('is notStarted, and never started, with %s', async (_what, changes) => {
    const child = invoke(node(echo, changes));
    await child.until(hasExited);
    expect(child.heard.map(({ type }) => type)).toEqual(['process.exited']);
    expect(child.exits()).toEqual([{ kind: 'notStarted', detail: expect.stringContaining('ENOENT') }]);
  });

  it('is notStarted with the reason when nobody knows how to start it', async () => {
    const child = invoke(() => {
      throw new Error('there is no such task');
    });
    await child.until(hasExited);
    expect(child.heard).toEqual([{ type: 'process.exited', cause: { kind: 'notStarted', detail: 'there is no such task' } }]);
  });

  it('that somebody kills was killed', async () => {
    const child = invoke(node(echo));
    await child.until(hasSpoken);
    process.kill(child.pid(), 'SIGKILL');
    await child.until(hasExited);
    expect(child.exits()).toEqual([{ kind: 'killed', signal: 'SIGKILL' }]);
  });

  it('that its machine kills has ended for the reason that the machine had', async () => {
    const child = invoke(node(echo));
    await child.until(hasSpoken);
    child.tell({ type: 'process.kill', cause: 'timedOut' });
    await child.until(hasExited);
    expect(child.exits()).toEqual([{ kind: 'timedOut', signal: 'SIGKILL' }]);
    expectGone(child.pid(), 'killed child');
  });

  it('whose end was asked for has ended as asked, whatever its code', async () => {
    const child = invoke(node(echo));
    await child.until(hasSpoken);
    child.tell({ type: 'process.expectExit' });
    child.send({ type: 'leave', code: 3 });
    await child.until(hasExited);
    expect(child.exits()).toEqual([{ kind: 'asked', code: 3 }]);
  });

  it('that is told something while it ends harms nobody', async () => {
    const child = invoke(node(echo));
    await child.until(hasSpoken);
    process.kill(child.pid(), 'SIGKILL');
    for (let n = 0; n < 100; n += 1) child.send({ type: 'echo', n });
    await child.until(hasExited);
    child.send({ type: 'echo', n: 1 });
    child.tell({ type: 'process.kill', cause: 'timedOut' });
    expect(child.exits()).toHaveLength(1);
    expect(child.actor.getSnapshot().status).toBe('active');
  });

  it('is killed with its actor, and not heard any more', async () => {
    const child = invoke(node(echo));
    await child.until(hasSpoken);
    child.actor.stop();
    await eventually(() => expectGone(child.pid(), 'child'));
    expect(child.exits()).toEqual([]);
  });

  it('lives on without its actor when it belongs to a job', async () => {
    const child = invoke(node(echo), { whenStopped: 'leave' });
    await child.until(hasSpoken);
    child.actor.stop();
    try {
      // Signal 0 looks and does nothing.
      expect(process.kill(child.pid(), 0)).toBe(true);
    } finally {
      process.kill(child.pid(), 'SIGKILL');
    }
    await eventually(() => expectGone(child.pid(), 'child'));
  });

  it('has nothing in its environment but what it was given, and prints where it was told to', async () => {
    const file = join(folder, 'out.log');
    const output = openSync(file, 'a');
    const script = 'console.log(JSON.stringify(process.env)); console.error("err")';
    const release = () => closeSync(output);
    const child = invoke(node(script, { ipc: false, env: { ONLY: 'this' }, stdout: output, stderr: output, release }));
    await child.until(hasExited);
    expect(readFileSync(file, 'utf8')).toBe('{"ONLY":"this"}\nerr\n');
  });

  it('is told of its end what the launch knows more of', async () => {
    const child = invoke(node('process.exit(194)', { explainExit: (cause) => ({ ...cause, code: 3010 }) }));
    await child.until(hasExited);
    expect(child.exits()).toEqual([{ kind: 'exited', code: 3010 }]);
  });
});

describe('a process behind a gate', () => {
  /** A gate that is full until `open` is called. */
  function fullGate(): { readonly gate: StartGate; readonly open: () => void } {
    const gate = startGate(1);
    return { gate, open: gate.enter(() => {}) };
  }

  it('is not started before there is room', async () => {
    const { gate, open } = fullGate();
    const child = invoke(node(echo), { gate });
    expect(child.heard).toEqual([]);
    open();
    await child.until(hasSpoken);
  });

  it('gives its place up at its first message, not at its start', async () => {
    const gate = startGate(1);
    const first = invoke(node(echo), { gate });
    const second = invoke(node(echo), { gate });
    await second.until((heard) => heard.length > 0);
    expect(hasSpoken(first.heard)).toBe(true);
  });

  it.each([
    ['could not be started', () => ({ ...node(echo), file: '/absent/program' })],
    [
      'nobody knows how to start',
      (): LaunchSpec => {
        throw new Error('no');
      },
    ],
    ['ends without a word', () => node('', { ipc: false })],
  ])('gives its place up when it %s', async (_what, launch) => {
    const gate = startGate(1);
    const first = invoke(launch, { gate });
    const second = invoke(node(echo), { gate });
    await second.until(hasSpoken);
    expect(first.exits()).toHaveLength(1);
  });

  it('that is killed while it waits has ended, and is never started', async () => {
    const { gate, open } = fullGate();
    const child = invoke(node(echo), { gate });
    child.tell({ type: 'process.kill', cause: 'timedOut' });
    expect(child.heard).toEqual([{ type: 'process.exited', cause: { kind: 'timedOut' } }]);
    open();
    const next = invoke(node(echo), { gate });
    await next.until(hasSpoken);
    expect(child.heard).toHaveLength(1);
  });

  it('whose actor is stopped while it waits is never started', async () => {
    const { gate, open } = fullGate();
    const child = invoke(node(echo), { gate });
    child.actor.stop();
    open();
    const next = invoke(node(echo), { gate });
    await next.until(hasSpoken);
    expect(child.heard).toEqual([]);
  });

  it('hears, once it is started, what it was told while it waited', async () => {
    const { gate, open } = fullGate();
    const child = invoke(node(echo), { gate });
    child.tell({ type: 'process.expectExit' });
    child.send({ type: 'echo', n: 5 });
    child.send({ type: 'leave', code: 0 });
    open();
    await child.until(hasExited);
    expect([child.words(), child.exits()]).toEqual([[0, 5], [{ kind: 'asked', code: 0 }]]);
  });
});
