import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lastLines, withLastLines } from '../../../logs/last-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolevm-last-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string): string {
  const file = join(folder, 'x.log');
  writeFileSync(file, content);
  return file;
}

describe('the last lines of a file', () => {
  it('are five at most, without empty ones, also without an end of line', () => {
    expect(lastLines(fileOf('1\n2\r\n3\n\n4\n5\n6\n7'))).toEqual(['3', '4', '5', '6', '7']);
  });

  it('are whole lines of its end, however long it is, and cut when they are long', () => {
    const lines = lastLines(fileOf(`${'x'.repeat(100_000)}\n${'y'.repeat(400)}\nlast\n`));
    expect(lines).toEqual([`${'y'.repeat(300)}…`, 'last']);
  });

  it('are none of a file that is not there, is empty or is a folder', () => {
    expect([lastLines(join(folder, 'none')), lastLines(fileOf('')), lastLines(folder)]).toEqual([[], [], []]);
  });

  it('stand below a sentence, which stands alone without them', () => {
    expect(withLastLines('It is awaited.', fileOf('a\nb\n'))).toBe('It is awaited. Its last lines:\n  a\n  b');
    expect(withLastLines('It is awaited.', join(folder, 'none'))).toBe('It is awaited.');
  });
});
