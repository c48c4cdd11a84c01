import type { Position } from '../../contracts/source-place.ts';

/**
 * Turns offsets into lines and columns. Offsets are asked in ascending order, so that a document of one long line costs one walk
 * over its text and not one per question.
 */
export class PositionFinder {
  readonly #text: string;
  #offset = 0;
  #line = 1;
  #column = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** @param offset index in the text, not below the one asked before */
  at(offset: number): Position {
    while (this.#offset < offset && this.#offset < this.#text.length) this.#step();
    return { line: this.#line, column: this.#column };
  }

  /** One character further; CR, LF and CR LF each end a line, a surrogate pair is one character. */
  #step(): void {
    const code = this.#text.charCodeAt(this.#offset);
    const next = this.#text.charCodeAt(this.#offset + 1);
    this.#offset += 1;
    if (code === 0x0a || code === 0x0d) {
      if (code === 0x0d && next === 0x0a) this.#offset += 1;
      this.#line += 1;
      this.#column = 1;
      return;
    }
    if (code >= 0xd800 && code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) this.#offset += 1;
    this.#column += 1;
  }
}

/** Line and column of one offset. */
export function positionAt(text: string, offset: number): Position {
  return new PositionFinder(text).at(offset);
}
