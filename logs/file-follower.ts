import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { LineSplitter } from './line-splitter.ts';

/** Longer lines are given cut: a program that never ends its line must not fill the memory of whoever watches it. */
const maxLineBytes = 64 * 1024;

/** Bytes read in one turn of the event loop: a busy program must not keep its reader from everything else. */
const bytesPerTurn = 1024 * 1024;

const chunkBytes = 64 * 1024;

/**
 * Reads what is added to one file, whoever writes it, across truncation and rotation. It does not watch: `follow` is to be called
 * when something may have changed.
 *
 * The descriptor stays open while the file exists, so that the number of its inode cannot come back as another file's.
 */
export class FileFollower {
  readonly #file: string;
  readonly #splitter: LineSplitter;
  #descriptor: number | undefined;
  #identity = '';
  #offset = 0;
  #goingOn: NodeJS.Immediate | undefined;
  #reading = false;
  #ended = false;

  constructor(file: string, onLine: (line: string) => void) {
    this.#file = file;
    this.#splitter = new LineSplitter(maxLineBytes, (line) => {
      if (!this.#ended) onLine(line);
    });
  }

  /** Passes over what is in the file now. */
  skipToEnd(): void {
    this.#open();
    if (this.#descriptor !== undefined) this.#offset = fstatSync(this.#descriptor).size;
  }

  /** Gives the lines that were added, about a megabyte at once and the rest in later turns of the event loop. */
  follow(): void {
    clearImmediate(this.#goingOn);
    if (!this.#read(bytesPerTurn)) this.#goingOn = setImmediate(() => this.follow());
  }

  /** Whether there is a file to follow. */
  get attached(): boolean {
    return this.#descriptor !== undefined;
  }

  /** Gives what is left, a line without end included, and lets the file go. From within a call of `onLine` nothing more is given. */
  close(): void {
    clearImmediate(this.#goingOn);
    if (this.#reading) {
      this.#ended = true;
      return;
    }
    this.#read(Number.POSITIVE_INFINITY);
    this.#detach();
    this.#ended = true;
  }

  /** @returns false when there is more to read */
  #read(budget: number): boolean {
    if (this.#reading || this.#ended) return true;
    this.#reading = true;
    try {
      return this.#readFiles(budget);
    } finally {
      this.#reading = false;
      if (this.#ended) this.#detach();
    }
  }

  #readFiles(budget: number): boolean {
    let left = budget;
    while (!this.#ended) {
      this.#open();
      if (this.#descriptor === undefined) return true;
      left = this.#readOpened(this.#descriptor, left);
      if (left <= 0) return false;
      if (this.#isStillTheFile()) return true;
      // Its writer moved it away after our last look at its end; nothing is added to it any more.
      left = this.#readOpened(this.#descriptor, left);
      if (left <= 0) return false;
      this.#detach();
    }
    return true;
  }

  /** @returns what is left of the budget; more than 0 when the end of the file was reached */
  #readOpened(descriptor: number, budget: number): number {
    const { size } = fstatSync(descriptor);
    if (size < this.#offset) this.#startOver();
    // A buffer of its own: `onLine` may well begin to follow another file.
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(size - this.#offset, 1024)));
    let left = budget;
    while (left > 0 && !this.#ended) {
      const length = readSync(descriptor, chunk, 0, chunk.length, this.#offset);
      if (length === 0) return left;
      this.#offset += length;
      left -= length;
      this.#splitter.push(chunk.subarray(0, length));
    }
    return left;
  }

  #isStillTheFile(): boolean {
    return identityOf(statSync(this.#file, { bigint: true, throwIfNoEntry: false })) === this.#identity;
  }

  #open(): void {
    if (this.#descriptor !== undefined) return;
    const descriptor = openRegularFile(this.#file);
    if (descriptor === undefined) return;
    this.#descriptor = descriptor;
    this.#identity = identityOf(fstatSync(descriptor, { bigint: true }));
    this.#offset = 0;
  }

  /** Truncated: what follows is a new text, and what was not yet a line stays the end of the old one. */
  #startOver(): void {
    this.#splitter.flush();
    this.#offset = 0;
  }

  #detach(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#splitter.flush();
  }
}

/** Without waiting for the writer of a pipe, which a role could lay in place of a log. */
function openRegularFile(file: string): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch {
    // It does not exist yet, or may not be read: whoever watches calls again when that changes.
    return undefined;
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  return undefined;
}

function identityOf(stats: { dev: bigint; ino: bigint } | undefined): string {
  return stats === undefined ? 'missing' : `${stats.dev}:${stats.ino}`;
}
