import { type Format, harmless, type Paint } from '../../control/colour.ts';

/** A row of characters of which each has its own colour. What lies outside is not drawn. */
export class Cells {
  readonly #characters: string[];
  readonly #formats: (Format | undefined)[];

  constructor(width: number) {
    this.#characters = Array.from({ length: width }, () => ' ');
    this.#formats = Array.from({ length: width }, () => undefined);
  }

  get width(): number {
    return this.#characters.length;
  }

  /** Puts a text of narrow characters; of a longer one the beginning is seen. */
  put(column: number, text: string, format?: Format): void {
    for (const [index, character] of [...text].entries()) {
      if (column + index < 0 || column + index >= this.width) continue;
      this.#characters[column + index] = character;
      this.#formats[column + index] = format;
    }
  }

  /** Fills from one column up to another, which is left out. */
  fill(from: number, to: number, character: string, format?: Format): void {
    this.put(from, character.repeat(Math.max(0, Math.min(to, this.width) - from)), format);
  }

  isBlank(from: number, to: number): boolean {
    return this.#characters.slice(Math.max(0, from), to).every((character) => character === ' ');
  }

  text(paint: Paint): string {
    let line = '';
    for (let start = 0; start < this.width; ) {
      let end = start + 1;
      while (end < this.width && this.#formats[end] === this.#formats[start]) end += 1;
      const part = this.#characters.slice(start, end).join('');
      const format = this.#formats[start];
      line += format === undefined ? part : paint(format, part);
      start = end;
    }
    return line.replace(/ +$/, '');
  }
}

/** A name fit for a column: no control characters, none of another width than one, at most so long. */
export function narrow(text: string, width: number): string {
  const plain = [...harmless(text, false)].map((character) =>
    /[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u04ff]/.test(character) ? character : '?',
  );
  return plain.length <= width ? plain.join('') : `${plain.slice(0, Math.max(0, width - 1)).join('')}…`;
}
