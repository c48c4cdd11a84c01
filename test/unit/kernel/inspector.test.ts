import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { findTarget, parseTarget } from '../../../kernel/inspector/find-target.ts';

const own = {
  webSocketDebuggerUrl: 'ws://127.0.0.1:4711/51475cb7-2ac2-4770-a370-4b175715be5d',
  devtoolsFrontendUrl: 'devtools://devtools/bundled/js_app.html?ws=127.0.0.1:4711/51475cb7-2ac2-4770-a370-4b175715be5d',
};
const parsed = (value: unknown) => parseTarget(typeof value === 'string' ? value : JSON.stringify(value), 4_711);

it('an inspector is known by what it says of itself', () => {
  expect(parsed([own])).toEqual({ port: 4_711, webSocketUrl: own.webSocketDebuggerUrl, devtoolsUrl: own.devtoolsFrontendUrl });
});

it.each([
  ['no text', ''],
  ['a page', '<html>'],
  ['null', null],
  ['an object', own],
  ['an empty list', []],
  ['a list of nothing', [null]],
  ['one without an address', [{ devtoolsFrontendUrl: own.devtoolsFrontendUrl }]],
  ['one that leads to another port', [{ ...own, webSocketDebuggerUrl: own.webSocketDebuggerUrl.replace('4711', '4712') }]],
  ['one that leads to another machine', [{ ...own, webSocketDebuggerUrl: own.webSocketDebuggerUrl.replace('127.0.0.1', '10.0.0.1') }]],
  ['one whose address would write to a terminal', [{ ...own, devtoolsFrontendUrl: 'devtools://\u001b]0;x\u0007' }]],
])('a server of role code is not taken for one: %s', (_what, answer) => {
  expect(parsed(answer)).toBeUndefined();
});

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

it('a server that answers without end is left', async () => {
  const server = createServer((_request, response) => {
    const write = () => {
      if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(write));
    };
    write();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  expect(await findTarget([(server.address() as AddressInfo).port])).toBeUndefined();
  server.close();
});

it('nothing that answers is nothing', async () => {
  expect(await findTarget([1])).toBeUndefined();
});
