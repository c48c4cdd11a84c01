import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedItem, StateFile } from '../../../contracts/control-api.ts';
import { EmulatorFault, openFeed, request } from '../../../control/client.ts';
import { type ControlServer, serveControl } from '../../../control/serve-control.ts';
import { type FakeEmulator, fakeEmulator } from '../../fixtures/cli/fake-emulator-model.ts';

const token = 'a'.repeat(64);
const options = { servicePath: '/tally', stateDirectory: '/tally/.rolevm', logsDirectory: '/tally/.rolevm/logs', speed: 1 };

let emulator: FakeEmulator;
let server: ControlServer;
let state: StateFile;
let faults: { readonly id: string; readonly error: unknown }[];
beforeEach(async () => {
  faults = [];
  emulator = fakeEmulator({ options, vms: '/vms', pid: 1 });
  server = await serveControl(emulator, { token, onFault: (id, error) => faults.push({ id, error }) });
  state = { formatVersion: 1, pid: 1, startTicks: '1', keeperPid: 1, port: server.port, token, startedAt: '', service: '/tally' };
});
afterEach(() => server.close());

interface Raw {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function ask({ method = 'GET', path = '/status', headers = {}, body }: Raw): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: '127.0.0.1', port: server.port, method, path, agent: false, headers: { authorization: `Bearer ${token}`, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) }));
      },
    );
    sent.on('error', reject).end(body);
  });
}

describe('the control server', () => {
  it('answers status and processes', async () => {
    expect(await request(state, 'GET /status')).toEqual(emulator.status());
    expect(await request(state, 'GET /ps')).toEqual(await emulator.processes());
  });

  it('passes commands on and their results back', async () => {
    expect(await request(state, 'POST /kill', { target: 'WaWorkerHost', instance: 'Worker_IN_0' })).toEqual({
      killed: [{ instance: 'Worker_IN_0', name: 'WaWorkerHost', pid: 102 }],
    });
    expect(await request(state, 'POST /event', { event: 'recycle', instance: 'Worker_IN_1' })).toEqual({
      event: 'recycle',
      instances: ['Worker_IN_1'],
    });
    expect((await request(state, 'POST /patch', { source: '/x/Worker.dll' })).patched).toHaveLength(2);
    expect(await request(state, 'POST /stop', { remove: false })).toEqual({ stopping: true });
  });

  it.each([
    ['without a token', { authorization: '' }, 401],
    ['with another token of the same length', { authorization: `Bearer ${'b'.repeat(64)}` }, 401],
    ['with a token that is longer', { authorization: `Bearer ${token}x` }, 401],
    ['under another host name', { host: 'rolevm.example.com' }, 403],
    ['under another port', { host: '127.0.0.1:1' }, 403],
    ['from a page of another origin', { origin: 'http://example.com' }, 403],
    ['from a page without origin', { origin: 'null' }, 403],
  ])('refuses a request %s', async (_, headers, status) => {
    const answer = await ask({ headers });
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ code: expect.stringMatching(/^RV400\d$/), message: expect.any(String), mend: expect.any(String) });
  });

  it('refuses before it reads what a stranger sends', async () => {
    const answer = await ask({
      method: 'POST',
      path: '/stop',
      headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(401);
    expect((await request(state, 'GET /status')).instances[0]?.state).toBe('StartingRole');
  });

  it('accepts its own name and its own origin', async () => {
    expect((await ask({ headers: { host: `localhost:${server.port}` } })).status).toBe(200);
    expect((await ask({ headers: { origin: `http://127.0.0.1:${server.port}` } })).status).toBe(200);
  });

  it('listens on the loopback address only', async () => {
    const { address } = await new Promise<{ address: string }>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: server.port }, () => {
        resolve({ address: socket.remoteAddress ?? '' });
        socket.destroy();
      }).on('error', reject);
    });
    expect(address).toBe('127.0.0.1');
    await expect(
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.2', port: server.port }, () => {
          socket.destroy();
          resolve('connected');
        }).on('error', reject);
      }),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it.each([
    ['/kill', '{}', 'target'],
    ['/kill', '{"target":7}', 'target'],
    ['/kill', '{"target":"x","tre":true}', 'tre'],
    ['/patch', '{"source":"x","waitMs":-1}', 'waitMs'],
    ['/stop', '{"remove":"yes"}', 'remove'],
    ['/event', '[]', 'request'],
  ])('refuses POST %s with %s and names what is wrong', async (path, body, named) => {
    const answer = await ask({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'RV4001', message: expect.stringContaining(named) });
  });

  it.each([
    ['text that is not JSON', '{', 'application/json', 400],
    ['another type of content', 'a=b', 'application/x-www-form-urlencoded', 415],
    ['a body beyond the limit', JSON.stringify({ target: 'x'.repeat(100_000) }), 'application/json', 413],
    ['a poisoned prototype', '{"__proto__":{"target":"x"}}', 'application/json', 400],
  ])('refuses %s', async (_, body, type, status) => {
    const answer = await ask({ method: 'POST', path: '/kill', headers: { 'content-type': type }, body });
    expect(answer.status).toBe(status);
    expect(answer.body.code).toBe('RV4002');
  });

  it('says of an unknown route that there is none', async () => {
    expect(await ask({ path: '/nothing' })).toMatchObject({ status: 404, body: { code: 'RV4006' } });
    expect(await ask({ path: '/kill' })).toMatchObject({ status: 404 });
  });

  it('gives a mistake of the user with code and mend', async () => {
    expect(
      await ask({ method: 'POST', path: '/kill', headers: { 'content-type': 'application/json' }, body: '{"target":"nobody"}' }),
    ).toEqual({
      status: 409,
      body: { code: 'RV9002', message: 'no process is called nobody', mend: 'see rolevm ps', diagnostics: [] },
    });
    await expect(request(state, 'POST /kill', { target: 'nobody' })).rejects.toMatchObject({
      name: 'UserError',
      code: 'RV9002',
      mend: 'see rolevm ps',
    });
  });

  it('gives a fault of its own an id and keeps the stack to itself', async () => {
    const answer = await ask({
      method: 'POST',
      path: '/kill',
      headers: { 'content-type': 'application/json' },
      body: '{"target":"crash"}',
    });
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toMatch(/fault of the fake|\.ts/);
    expect(faults).toEqual([{ id: answer.body.id, error: expect.objectContaining({ message: 'a fault of the fake' }) }]);
    await expect(request(state, 'POST /kill', { target: 'crash' })).rejects.toBeInstanceOf(EmulatorFault);
  });
});

describe('the feed', () => {
  async function take(feed: AsyncGenerator<FeedItem, void>, count: number): Promise<readonly FeedItem[]> {
    const items: FeedItem[] = [];
    while (items.length < count) {
      const next = await feed.next();
      if (next.done === true) break;
      items.push(next.value);
    }
    return items;
  }

  it('begins with the present status of every instance, then tells each item in order', async () => {
    const feed = await openFeed(state);
    emulator.become('BusyRole', 'Worker_IN_0');
    emulator.tell({ type: 'notice', at: 'now', text: 'a line\nwith \u2028 everything' });
    const items = await take(feed, 4);
    expect(items.map((item) => (item.type === 'status' ? `${item.instance.name} ${item.instance.state}` : item.type))).toEqual([
      'Worker_IN_0 StartingRole',
      'Worker_IN_1 StartingRole',
      'Worker_IN_0 BusyRole',
      'notice',
    ]);
    expect(items[3]).toEqual({ type: 'notice', at: 'now', text: 'a line\nwith \u2028 everything' });
    await feed.return();
  });

  it('is given to the last item when the server closes, then ends', async () => {
    const feed = await openFeed(state);
    for (let n = 0; n < 1_000; n++) emulator.tell({ type: 'notice', at: '', text: `${n} ${'x'.repeat(1_000)}` });
    emulator.stop({ remove: false });
    const closed = server.close();
    const items = await take(feed, 10_000);
    await closed;
    expect(items.filter((item) => item.type === 'notice')).toHaveLength(1_000);
    expect(items.at(-1)?.type).toBe('stopped');
  });

  it('ends without an error when its reader gives up', async () => {
    const over = new AbortController();
    const feed = await openFeed(state, over.signal);
    await take(feed, 2);
    over.abort();
    expect(await feed.next()).toMatchObject({ done: true });
  });

  it('needs the token', async () => {
    await expect(openFeed({ ...state, token: 'b'.repeat(64) })).rejects.toMatchObject({ code: 'RV4103' });
  });

  it('of an emulator that has gone is an error with a mend', async () => {
    await server.close();
    await expect(openFeed(state)).rejects.toMatchObject({ code: 'RV4102', mend: expect.stringContaining('rolevm up') });
    await expect(request(state, 'GET /status')).rejects.toMatchObject({ code: 'RV4102' });
  });

  it('cuts off a reader that has stopped reading, and goes on for the others', async () => {
    const socket = connect({ host: '127.0.0.1', port: server.port });
    socket.write(`GET /feed HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    const feed = await openFeed(state);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    for (let n = 0; n < 48; n++) {
      emulator.tell({ type: 'notice', at: '', text: 'x'.repeat(1_000_000) });
      expect((await take(feed, n === 0 ? 3 : 1)).at(-1)?.type).toBe('notice');
    }
    socket.resume();
    await closed;
    await feed.return();
  });
});
