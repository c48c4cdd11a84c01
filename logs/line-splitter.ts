/**
 * Cuts a stream of bytes into lines, in bounded memory: of a line longer than `maxBytes` the beginning is given, with an ellipsis.
 * Line ends are LF or CRLF; bytes that are not UTF-8 become U+FFFD.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #onLine: (line: string) => void;
  #parts: Buffer[] = [];
  #size = 0;
  #cut = false;

  constructor(maxBytes: number, onLine: (line: string) => void) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#give();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** Gives what stands after the last line end, if anything does. */
  flush(): void {
    if (this.#size > 0) this.#give();
  }

  #keep(bytes: Buffer): void {
    const room = this.#maxBytes - this.#size;
    this.#cut ||= bytes.length > room;
    const kept = bytes.subarray(0, room);
    if (kept.length === 0) return;
    // A copy: the reader uses its buffer again.
    this.#parts.push(Buffer.from(kept));
    this.#size += kept.length;
  }

  #give(): void {
    const text = Buffer.concat(this.#parts).toString('utf8');
    const line = this.#cut ? `${text}…` : text.replace(/\r$/, '');
    this.#parts = [];
    this.#size = 0;
    this.#cut = false;
    this.#onLine(line);
  }
}
