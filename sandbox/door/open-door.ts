import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { safeParse } from 'zod/mini';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { type DoorAnswer, type DoorRequest, doorRequest } from '../../contracts/vm-door.ts';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import { makeDoorPlace, removeDoor } from './door-place.ts';

export interface DoorOptions {
  /** Host path of the document that tells the programs of the VM where the door is. */
  readonly document: string;
  readonly answer: (request: DoorRequest) => DoorAnswer | Promise<DoorAnswer>;
  /** Hears of the folder of the socket before there is anything in it: whoever cleans up after this process has to know. */
  readonly directoryMade: (directory: string) => void;
  /** The door cannot be opened, or an answer could not be found. The VM goes on without. */
  readonly fault: (error: unknown) => void;
}

/** Bytes of a request: the longest command line in it, and all else. */
const longestRequest = 128 * 1024;
const mostAtOnce = 64;

/**
 * Opens the door of a VM: a socket through which its programs ask the machine for something, one line of JSON each way.
 *
 * @returns how to close it; neither socket nor document is left then
 */
export function openDoor(options: DoorOptions): () => void {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    hear(socket, options);
  });
  server.maxConnections = mostAtOnce;
  server.on('error', options.fault);
  let directory: string | undefined;
  try {
    const place = newPlace();
    directory = place.directory;
    if (directory !== undefined) options.directoryMade(directory);
    server.listen(place.socket, () =>
      attempt(() => writeAtomically(options.document, `${JSON.stringify({ formatVersion: 1, socket: place.socket })}\n`), options.fault),
    );
  } catch (error) {
    options.fault(error);
  }
  return () => {
    // What is to be written when it listens, is not written any more.
    server.removeAllListeners('listening');
    server.close();
    for (const socket of open) socket.destroy();
    if (directory !== undefined) removeDoor(directory);
    attempt(() => rmSync(options.document, { force: true }), options.fault);
  };
}

/** On Windows a pipe's name is nowhere in the file system; that system's own access list is not set. Not tried on Windows yet. */
function newPlace(): { readonly directory?: string; readonly socket: string } {
  if (process.platform === 'win32') return { socket: `\\\\.\\pipe\\rolevm-door-${randomBytes(16).toString('hex')}` };
  return makeDoorPlace();
}

function hear(socket: Socket, { answer, fault }: DoorOptions): void {
  const parts: Buffer[] = [];
  let length = 0;
  socket.setTimeout(emulatorMs.doorAsked, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (part) => {
    length += part.length;
    if (length > longestRequest) {
      socket.destroy();
      return;
    }
    parts.push(part);
    if (!part.includes(lineFeed)) return;
    socket.removeAllListeners('data');
    socket.setTimeout(0);
    const request = requestIn(Buffer.concat(parts));
    if (request === undefined) socket.destroy();
    else void respond(socket, request, answer).catch(fault);
  });
}

const lineFeed = 0x0a;

async function respond(socket: Socket, request: DoorRequest, answer: DoorOptions['answer']): Promise<void> {
  try {
    const answered = await answer(request);
    if (socket.writable) socket.end(`${JSON.stringify(answered)}\n`);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The first line, if it is a request. What follows is nobody's. */
function requestIn(bytes: Buffer): DoorRequest | undefined {
  try {
    const parsed = safeParse(doorRequest, JSON.parse(bytes.toString('utf8', 0, bytes.indexOf(lineFeed))));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function attempt(act: () => void, fault: (error: unknown) => void): void {
  try {
    act();
  } catch (error) {
    fault(error);
  }
}
