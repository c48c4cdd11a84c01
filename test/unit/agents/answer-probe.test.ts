import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { agentStory } from '../../../agents/guest-agent/agent-story.ts';
import { answerProbe, type ProbeAnswers } from '../../../agents/guest-agent/answer-probe.ts';
import { askProbe } from '../../../fabric/load-balancer/ask-probe.ts';
import { processIdentity } from '../../../kernel/process-table/index.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';
import { vmDocument } from '../sandbox/vm.ts';

const address = '127.0.0.1';
const path = '/1f0c7a5e9d3b4c2fa6e8b7d0c1e2f3a4.Worker_IN_0';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server of somebody else. @returns its port */
async function listen(onConnection: (socket: net.Socket) => void, port = 0): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  closers.push(close);
  return { port: (server.address() as net.AddressInfo).port, close };
}

/** A port that nobody has at the moment. */
async function freePort(): Promise<number> {
  const { port, close } = await listen(() => {});
  await close();
  return port;
}

async function agent(isReady: () => boolean, faults: string[] = [], port?: number): Promise<ProbeAnswers & { port: number }> {
  const at = { address, port: port ?? (await freePort()), path };
  const probe = answerProbe(at, isReady, (text) => faults.push(text));
  closers.push(probe.close);
  return { ...probe, port: at.port };
}

/** What comes back until the other side closes. */
async function say(port: number, ...parts: readonly string[]): Promise<string> {
  const socket = net.connect(port, address);
  for (const part of parts) {
    socket.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

const ask = (port: number, signal = new AbortController().signal) => askProbe({ address, port, path }, signal);

/** Listening begins a turn after it was asked for. */
async function answered(port: number): Promise<number> {
  for (;;) {
    const answer = await ask(port);
    if (answer !== 'reset') return answer;
  }
}

describe('the guest agent', () => {
  it('answers the default probe with 200 while its role is Ready, and with 503 otherwise', async () => {
    let ready = false;
    const { port, open } = await agent(() => ready);
    open();
    expect(await answered(port)).toBe(503);
    ready = true;
    expect(await ask(port)).toBe(200);
    ready = false;
    expect(await ask(port)).toBe(503);
  });

  it('listens from the first start of the role on, and no second one changes that', async () => {
    const faults: string[] = [];
    const { port, open } = await agent(() => true, faults);
    expect(await ask(port)).toBe('reset');
    for (const _ of [1, 2]) open();
    expect(await answered(port)).toBe(200);
    open();
    expect(await ask(port)).toBe(200);
    expect(faults).toEqual([]);
  });

  it('answers for its own instance only: what is meant for another one, or is no question, gets 404 and an end', async () => {
    const { port, open } = await agent(() => true);
    open();
    await answered(port);
    const missing = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
    expect(await say(port, `GET ${path}0 HTTP/1.1\r\n\r\n`)).toBe(missing);
    expect(await say(port, `POST ${path} HTTP/1.1\r\n\r\n`)).toBe(missing);
    expect(await say(port, '\r\n')).toBe(missing);
    expect(await say(port, 'x'.repeat(10_000))).toBe(missing);
    expect(await say(port, 'GET ', `${path} HT`, 'TP/1.1\r\n')).toContain('200 OK');
  });

  it('is not ended by a balancer that has given up before the answer', async () => {
    const { port, open } = await agent(() => true);
    open();
    await answered(port);
    for (let n = 0; n < 20; n += 1) {
      const socket = net.connect(port, address);
      socket.write(`GET ${path} HTTP/1.1\r\n\r\n`);
      socket.resetAndDestroy();
    }
    expect(await ask(port)).toBe(200);
  });

  it('tells when its port is taken, and takes it at a later start of the role', async () => {
    const faults: string[] = [];
    const other = await listen((socket) => socket.destroy());
    const { open, port } = await agent(() => true, faults, other.port);
    open();
    expect(await ask(port)).toBe('reset');
    expect(faults).toEqual([expect.stringContaining(`127.0.0.1:${port} (EADDRINUSE)`)]);
    await other.close();
    open();
    expect(await answered(port)).toBe(200);
    expect(faults).toHaveLength(1);
  });
});

describe('the balancer', () => {
  it('takes what is not HTTP, or a connection that is cut, for a reset', async () => {
    for (const serve of [(socket: net.Socket) => socket.end('hello\r\n\r\n'), (socket: net.Socket) => socket.destroy()]) {
      const { port } = await listen(serve);
      expect(await ask(port)).toBe('reset');
    }
  });

  it('has an answer as soon as the status is there, however much follows', async () => {
    const { port } = await listen((socket) => socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 1000000\r\n\r\nx'));
    expect(await ask(port)).toBe(503);
  });

  it('waits for a process that stands still until it gives the question up, and leaves no connection then', async () => {
    let closed = () => {};
    const end = new Promise<void>((resolve) => {
      closed = resolve;
    });
    let asked = () => {};
    const begun = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { port } = await listen((socket) => {
      socket.on('data', asked).on('close', closed);
    });
    const question = new AbortController();
    let answer: unknown = 'none';
    void ask(port, question.signal).then((got) => {
      answer = got;
    });
    await begun;
    question.abort();
    await end;
    expect(answer).toBe('none');
  });
});

describe('what the guest agent calls Ready', () => {
  const silent = { info: () => {}, warn: () => {}, error: () => {}, heart: () => {}, write: () => {}, send: () => {} };
  const logs = { health: silent, runtime: silent, events: silent, link: silent } as unknown as Parameters<typeof agentStory>[0];
  const story = () => agentStory({ ...logs, vm: vmDocument(), clock: steppingClock(), bootstrapperLog: '' });
  const ready = { type: 'phase', status: 'ReadyRole', details: '' } as const;

  it('is a role that was told to be so, whose bootstrapper lives: its end may not have been heard yet after a debugger', async () => {
    const program = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const ended = once(program, 'exit');
    const identity = processIdentity(program.pid ?? 0);
    if (identity === undefined) throw new Error('the program did not start');
    const told = story();
    expect(told.isReady()).toBe(false);
    told.bootstrapperStarted({ ...identity, startedAt: '' });
    expect(told.isReady()).toBe(false);
    told.message(ready, 'RestartingRole');
    expect(told.isReady()).toBe(true);
    program.kill('SIGKILL');
    await ended;
    expect(told.isReady()).toBe(false);
  });
});
