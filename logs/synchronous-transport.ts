import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import Transport from 'winston-transport';
import { finishedLine } from './line-format.ts';

export interface SynchronousTransportOptions {
  readonly file: string;
  /** Size in bytes from which the next line begins a new file and this one becomes `.old`. */
  readonly maxBytes: number;
  /** The line, without its end, that stands in the log where lines could not be written. */
  readonly lostLines: (loss: Loss) => string;
  /** Lines that stand at the head of a file that is begun because the former one is full or was removed. */
  readonly heading?: () => readonly string[];
  /** Wall-clock time in milliseconds since 1970. */
  readonly now: () => number;
}

export interface Loss {
  readonly count: number;
  /** Code of the system's error: ENOSPC. */
  readonly reason: string;
  /** When the first of the lines was lost. */
  readonly since: Date;
}

/**
 * The one way into every log of a VM: each line is in the file when the call returns, because played processes exist to be
 * killed and winston's own File transport loses everything at SIGKILL.
 *
 * The file has one writer. Lines end with a line feed on every system: the logs are read with the tools of the machine
 * underneath, where a carriage return would spoil `grep` and `tail`, and Windows' own readers have understood both since 2018.
 *
 * Nothing here throws into the process: a line that cannot be written (disk full, device error, folder gone) is counted, the
 * file is opened anew at the next line, and the log then says how many lines it lost.
 */
export class SynchronousTransport extends Transport {
  readonly #options: SynchronousTransportOptions;
  #descriptor: number | undefined;
  /** The last write was cut off inside a line. */
  #torn = false;
  #loss: Loss | undefined;
  #begunAnew = false;

  constructor(options: SynchronousTransportOptions) {
    super();
    this.#options = options;
  }

  /** Lines that could not be written and that the log does not mention yet. */
  get lost(): number {
    return this.#loss?.count ?? 0;
  }

  override log(info: object, next: () => void): void {
    try {
      this.#append(finishedLine(info));
    } catch (error) {
      this.#loss = { count: this.lost + 1, reason: reasonOf(error), since: this.#loss?.since ?? new Date(this.#options.now()) };
      this.release();
    }
    next();
  }

  /** Gives the descriptor back; a later line opens the file again. */
  release(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor === undefined) return;
    try {
      closeSync(descriptor);
    } catch {
      // The descriptor is gone either way, and the lines were counted when their write failed.
    }
  }

  override close(): void {
    this.release();
  }

  #append(line: string): void {
    const descriptor = this.#descriptorForNextLine();
    if (this.#begunAnew) for (const headingLine of this.#options.heading?.() ?? []) this.#write(descriptor, headingLine);
    this.#begunAnew = false;
    if (this.#loss !== undefined) {
      this.#write(descriptor, this.#options.lostLines(this.#loss));
      this.#loss = undefined;
    }
    this.#write(descriptor, line);
  }

  #write(descriptor: number, line: string): void {
    const bytes = Buffer.from(`${this.#torn ? '\n' : ''}${line}\n`);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
      this.#torn = false;
    } catch (error) {
      this.#torn ||= written > 0;
      throw error;
    }
  }

  /** The file behind the path: opened when it is not, begun anew when it is full or somebody removed it. */
  #descriptorForNextLine(): number {
    this.#descriptor ??= openForAppend(this.#options.file);
    const { size, nlink } = fstatSync(this.#descriptor);
    if (nlink > 0 && size < this.#options.maxBytes) return this.#descriptor;
    if (nlink > 0 && !movedAway(this.#options.file)) return this.#descriptor;
    this.release();
    this.#torn = false;
    this.#begunAnew = true;
    this.#descriptor = openForAppend(this.#options.file);
    return this.#descriptor;
  }
}

function openForAppend(file: string): number {
  try {
    return openSync(file, 'a');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a');
  }
}

/** @returns false when the file has to stay where it is: a log that grows is better than one that ends */
function movedAway(file: string): boolean {
  try {
    renameSync(file, `${file}.old`);
    return true;
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
