import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DoorAnswer, DoorRequest } from '../../../contracts/vm-door.ts';
import { askDoor } from '../../../sandbox/door/ask-door.ts';
import { leftDoor, makeDoorPlace, removeDoor } from '../../../sandbox/door/door-place.ts';
import { openDoor } from '../../../sandbox/door/open-door.ts';

let folder: string;
let document: string;
let close = () => {};
let faults: unknown[];
let directories: string[];
beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-d-')));
  document = path.join(folder, 'vm-door.json');
  faults = [];
  directories = [];
});
afterEach(() => {
  close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const none: DoorAnswer = { done: true, services: [] };

async function open(answer: (request: DoorRequest) => DoorAnswer | Promise<DoorAnswer> = () => none): Promise<string> {
  close = openDoor({
    document,
    answer,
    directoryMade: (directory) => directories.push(directory),
    fault: (error) => faults.push(error),
  });
  while (!fs.existsSync(document)) await new Promise((resolve) => setImmediate(resolve));
  return (JSON.parse(fs.readFileSync(document, 'utf8')) as { socket: string }).socket;
}

/** Writes to the socket whatever it is given. @returns what comes back until it is closed */
function knock(socket: string, text: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const connection = net.connect(socket, () => connection.write(text));
    connection.on('data', (part) => {
      heard += String(part);
    });
    connection.on('error', () => {});
    connection.once('close', () => resolve(heard));
  });
}

describe('the door of a VM', () => {
  it('answers one question with one line, and says who asks', async () => {
    const heard: DoorRequest[] = [];
    const answer: DoorAnswer = { done: false, call: 'OpenService', code: 1060 };
    await open((request) => {
      heard.push(request);
      return answer;
    });
    expect(await askDoor(document, { type: 'service.start', name: 'Cache' })).toEqual(answer);
    expect(heard).toEqual([{ type: 'service.start', name: 'Cache', asker: process.pid }]);
  });

  it('is in a folder that only this user can enter, with a path that fits', async () => {
    const socket = await open();
    expect(directories).toEqual([path.dirname(socket)]);
    expect(fs.statSync(path.dirname(socket)).mode & 0o777).toBe(0o700);
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(103);
  });

  it('leaves neither socket nor folder nor document behind, and whoever stands in it is sent away', async () => {
    const socket = await open();
    const waiting = knock(socket, '{');
    await new Promise((resolve) => setImmediate(resolve));
    close();
    expect(await waiting).toBe('');
    expect([fs.existsSync(path.dirname(socket)), fs.existsSync(document)]).toEqual([false, false]);
    await expect(askDoor(document, { type: 'service.query' })).rejects.toThrow('The VM does not run.');
  });

  it('may be closed before it was open', () => {
    close = openDoor({
      document,
      answer: () => none,
      directoryMade: (made) => directories.push(made),
      fault: (error) => faults.push(error),
    });
    close();
    expect(directories.filter((made) => fs.existsSync(made))).toEqual([]);
  });

  it.each([
    ['no JSON', 'hello\n'],
    ['no request', '{"type":"vm.explode","asker":1}\n'],
    ['a request without its asker', '{"type":"service.query"}\n'],
    ['a line without end', Buffer.alloc(200_000, 'x')],
    ['bytes', Buffer.from([0, 255, 254, 10])],
  ])('does not answer %s, and stays open', async (_, text) => {
    const socket = await open();
    expect(await knock(socket, text)).toBe('');
    expect(await askDoor(document, { type: 'service.query' })).toEqual(none);
    expect(faults).toEqual([]);
  });

  it('tells of an answer that could not be found', async () => {
    await open(() => {
      throw new Error('no');
    });
    await expect(askDoor(document, { type: 'service.query' })).rejects.toThrow('The VM has not answered.');
    expect(faults).toEqual([new Error('no')]);
  });

  it('is not to be had where no folder has a short path', () => {
    const deep = path.join(folder, 'x'.repeat(100));
    fs.mkdirSync(deep);
    expect(() => makeDoorPlace([deep])).toThrow(expect.objectContaining({ code: 'RV3302' }));
    expect(makeDoorPlace([deep, folder]).directory.startsWith(folder)).toBe(true);
  });
});

describe('a door that nobody has closed', () => {
  const write = (socket: string) => fs.writeFileSync(document, JSON.stringify({ formatVersion: 1, socket }));

  it('is found by its document, and removed', () => {
    const { directory, socket } = makeDoorPlace();
    fs.writeFileSync(socket, '');
    write(socket);
    expect(leftDoor(document)).toBe(directory);
    removeDoor(directory);
    expect(fs.existsSync(directory)).toBe(false);
    expect(leftDoor(document)).toBeUndefined();
  });

  it('is no other folder that a role has written into the document', () => {
    const victim = path.join(folder, 'rolevm-door-abcdef');
    fs.mkdirSync(victim);
    for (const socket of [
      path.join(victim, 'vm'),
      path.join(os.tmpdir(), 'vm'),
      path.join(os.tmpdir(), 'rolevm-door-abcdef', '..', 'vm'),
      '/vm',
    ]) {
      write(socket);
      expect(leftDoor(document)).toBeUndefined();
    }
    fs.writeFileSync(document, 'nonsense');
    expect(leftDoor(document)).toBeUndefined();
  });

  it('is left alone when there is something else in it', () => {
    const { directory } = makeDoorPlace();
    const other = path.join(directory, 'precious');
    fs.writeFileSync(other, '');
    removeDoor(directory);
    expect(fs.existsSync(other)).toBe(true);
    fs.rmSync(directory, { recursive: true });
  });
});
