import { connect } from 'node:net';
import { safeParse } from 'zod/mini';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { type DoorAnswer, type DoorRequest, doorAnswer, doorDocument } from '../../contracts/vm-door.ts';
import { readDocument } from '../read-document.ts';
import { longestDocument } from './door-place.ts';

/** Characters: every service that a VM can have, with the longest names. */
const longestAnswer = 8_000_000;

/** A request without the pid of who asks, which is added. */
export type DoorQuestion = DoorRequest extends infer Request ? (Request extends DoorRequest ? Omit<Request, 'asker'> : never) : never;

/**
 * Asks the machine that this program runs in.
 *
 * @param document host path of `vm-door.json` on D: of the VM
 * @throws Error with one sentence when nobody answers: the VM is off, or its document is damaged
 */
export async function askDoor(document: string, question: DoorQuestion): Promise<DoorAnswer> {
  const place = readDocument(document, doorDocument, longestDocument);
  if (place === undefined) throw new Error('The VM does not run.');
  const line = await exchange(place.socket, `${JSON.stringify({ ...question, asker: process.pid })}\n`);
  const answer = safeParse(doorAnswer, parsed(line));
  if (!answer.success) throw new Error('The VM has not answered.');
  return answer.data;
}

function exchange(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(path, () => socket.write(line));
    socket.setEncoding('utf8');
    socket.setTimeout(emulatorMs.answer, () => socket.destroy(new Error('The VM has not answered in time.')));
    socket.on('data', (part: string) => {
      heard += part;
      if (heard.length > longestAnswer) socket.destroy(new Error('The answer is too long.'));
    });
    socket.once('error', (error) => reject(new Error(`The VM cannot be asked: ${error.message}`)));
    socket.once('close', () => resolve(heard));
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
