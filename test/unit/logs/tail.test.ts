import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentLine } from '../../../logs/formats/agent-line.ts';
import { openLog } from '../../../logs/open-log.ts';
import { type Tail, tailFile } from '../../../logs/tail.ts';
import { tailDirectory } from '../../../logs/tail-directory.ts';

let folder: string;
let tails: Tail[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolevm-tail-'));
  tails = [];
});
afterEach(() => {
  for (const tail of tails) tail.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Collects lines; `until` resolves when the given one has come. */
function collector() {
  const lines: string[] = [];
  let look = () => {};
  const add = (line: string, name?: string) => {
    lines.push(name === undefined ? line : `${name}: ${line}`);
    look();
  };
  const until = (wanted: string) =>
    new Promise<void>((resolve) => {
      look = () => lines.includes(wanted) && resolve();
      look();
    });
  return { lines, add, until };
}

function follow(file: string, options = {}) {
  const collected = collector();
  const tail = tailFile(file, (line) => collected.add(line), options);
  tails.push(tail);
  return { ...collected, tail };
}

function followDirectory(directory: string, options = {}) {
  const collected = collector();
  const tail = tailDirectory(directory, collected.add, options);
  tails.push(tail);
  return { ...collected, tail };
}

describe('tailFile', () => {
  it('gives what is there at once and what is added later, whatever the line ends', async () => {
    const file = join(folder, 'a.log');
    writeFileSync(file, 'one\r\ntwo\n\n');
    const { lines, until } = follow(file);
    expect(lines).toEqual(['one', 'two', '']);
    appendFileSync(file, 'thr');
    appendFileSync(file, 'ee\n');
    await until('three');
    expect(lines).toEqual(['one', 'two', '', 'three']);
  });

  it('passes over what is there when asked to', async () => {
    const file = join(folder, 'a.log');
    writeFileSync(file, 'one\n');
    const { lines, until } = follow(file, { fromEnd: true });
    appendFileSync(file, 'two\n');
    await until('two');
    expect(lines).toEqual(['two']);
  });

  it('waits for a file, and for the folders above it, to be made', async () => {
    const file = join(folder, 'C', 'Resources', 'WaHostBootstrapper.log');
    const { lines, until } = follow(file, { fromEnd: true });
    mkdirSync(join(folder, 'C'));
    mkdirSync(dirname(file));
    writeFileSync(file, 'first\n');
    await until('first');
    appendFileSync(file, 'second\n');
    await until('second');
    expect(lines).toEqual(['first', 'second']);
  });

  it('goes on when its folder is removed and made again', async () => {
    const file = join(folder, 'C', 'Logs', 'a.log');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'before\n');
    const { lines, until } = follow(file);
    rmSync(join(folder, 'C'), { recursive: true });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'after\n');
    await until('after');
    expect(lines).toEqual(['before', 'after']);
  });

  it('reads a rotated log to its end and the new one from its start', async () => {
    const file = join(folder, 'WaAppAgent.log');
    const log = openLog({ file, format: agentLine, maxBytes: 2_000 });
    const { lines } = follow(file);
    for (let n = 0; n < 20; n += 1) log.info(`line ${n}`);
    // The reader is of this process: it reads when the writer pauses, so no more than one rotation lies between two looks.
    await untilMatching(lines, / line 19$/);
    for (let n = 20; n < 50; n += 1) log.info(`line ${n}`);
    await untilMatching(lines, / line 49$/);
    log.close();
    expect(lines.map((line) => line.replace(/^.*\] +/, ''))).toEqual(Array.from({ length: 50 }, (_, n) => `line ${n}`));
  });

  it('begins again when the file is truncated, and gives the unfinished line before', async () => {
    const file = join(folder, 'a.log');
    writeFileSync(file, 'a long first line\nunfinished');
    const { lines, until } = follow(file);
    truncateSync(file);
    await until('unfinished');
    appendFileSync(file, 'new\n');
    await until('new');
    expect(lines).toEqual(['a long first line', 'unfinished', 'new']);
  });

  it('gives a replaced file from its start, as editors and copies replace it', async () => {
    const file = join(folder, 'a.log');
    writeFileSync(file, 'old\n');
    const { lines, until } = follow(file);
    writeFileSync(join(folder, 'b'), 'new\n');
    renameSync(join(folder, 'b'), file);
    await until('new');
    unlinkSync(file);
    writeFileSync(file, 'newer\n');
    await until('newer');
    expect(lines).toEqual(['old', 'new', 'newer']);
  });

  it('gives everything on close, an unfinished line too, and nothing after it', () => {
    const file = join(folder, 'a.log');
    const { lines, tail } = follow(file);
    writeFileSync(file, `${'x\n'.repeat(600_000)}unfinished`);
    tail.close();
    expect(lines).toHaveLength(600_001);
    expect(lines.at(-1)).toBe('unfinished');
    appendFileSync(file, 'later\n');
    tail.close();
    expect(lines).toHaveLength(600_001);
  });

  it('ends at once when it is closed by the receiver of a line', () => {
    const file = join(folder, 'a.log');
    writeFileSync(file, 'one\n');
    const lines: string[] = [];
    const tail = tailFile(file, (line) => {
      lines.push(line);
      if (line === 'two') tail.close();
    });
    tails.push(tail);
    appendFileSync(file, 'two\nthree\n');
    return new Promise<void>((resolve) => {
      const again = tailFile(file, (line) => line === 'four' && resolve());
      tails.push(again);
      setImmediate(() => appendFileSync(file, 'four\n'));
    }).then(() => expect(lines.filter((line) => line !== 'one')).toEqual(['two']));
  });

  it('lets the receiver of a line follow another file', () => {
    const files = ['a', 'b'].map((name) => join(folder, name)) as [string, string];
    for (const file of files) writeFileSync(file, Array.from({ length: 1_000 }, (_, n) => `${file} ${n}\n`).join(''));
    const inner: string[] = [];
    const outer: string[] = [];
    tails.push(
      tailFile(files[0], (line) => {
        if (outer.push(line) === 500) tails.push(tailFile(files[1], (other) => inner.push(other)));
      }),
    );
    expect(outer).toEqual(Array.from({ length: 1_000 }, (_, n) => `${files[0]} ${n}`));
    expect(inner).toEqual(Array.from({ length: 1_000 }, (_, n) => `${files[1]} ${n}`));
  });

  it('cuts a line without end at 64 KB and keeps characters whole over chunks', () => {
    const file = join(folder, 'a.log');
    const text = 'äöü€😀'.repeat(4_000);
    writeFileSync(file, `${'x'.repeat(5_000_000)}\n${text}\n`);
    const { lines } = follow(file, {});
    const { lines: all, tail } = follow(file, {});
    tail.close();
    expect(lines.length).toBeLessThan(all.length);
    expect(all).toEqual([`${'x'.repeat(65_536)}…`, text]);
  });

  it.skipIf(process.platform === 'win32')('is not stopped by a pipe in place of the file', async () => {
    const file = join(folder, 'a.log');
    execFileSync('mkfifo', [file]);
    const { lines, until } = follow(file);
    unlinkSync(file);
    writeFileSync(file, 'text\n');
    await until('text');
    expect(lines).toEqual(['text']);
  });
});

describe('tailDirectory', () => {
  it('follows what is there and what appears, also when the directory itself appears later', async () => {
    const directory = join(folder, 'C', 'Logs', 'StartupTasks');
    const { lines, until } = followDirectory(directory);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, '1-setup.log'), 'installing\n');
    await until('1-setup.log: installing');
    writeFileSync(join(directory, '2-warm.log'), '');
    appendFileSync(join(directory, '1-setup.log'), 'done\n');
    appendFileSync(join(directory, '2-warm.log'), 'warm\n');
    await until('2-warm.log: warm');
    await until('1-setup.log: done');
    expect([...lines].sort()).toEqual(['1-setup.log: done', '1-setup.log: installing', '2-warm.log: warm']);
  });

  it('passes over what is there when asked to, not over what appears', async () => {
    writeFileSync(join(folder, 'a.log'), 'old\n');
    const { lines, until } = followDirectory(folder, { fromEnd: true });
    appendFileSync(join(folder, 'a.log'), 'new\n');
    await until('a.log: new');
    writeFileSync(join(folder, 'b.log'), 'whole\n');
    await until('b.log: whole');
    expect(lines).toEqual(['a.log: new', 'b.log: whole']);
  });

  it('does not read again what a log was moved to, and reads what takes its place', async () => {
    writeFileSync(join(folder, 'a.log'), 'one\n');
    const { lines, until } = followDirectory(folder);
    renameSync(join(folder, 'a.log'), join(folder, 'a.log.old.001'));
    writeFileSync(join(folder, 'a.log'), 'two\n');
    await until('a.log: two');
    expect(lines).toEqual(['a.log: one', 'a.log: two']);
  });

  it('gives on close what was written in the same moment, of new files too', () => {
    const { lines, tail } = followDirectory(folder);
    mkdirSync(join(folder, 'folder.log'));
    writeFileSync(join(folder, 'a.log'), 'last words');
    tail.close();
    expect(lines).toEqual(['a.log: last words']);
  });

  it('keeps no descriptor of a removed file', async () => {
    const { until } = followDirectory(folder);
    const descriptors = () => execFileSync('ls', ['-l', `/proc/${process.pid}/fd`], { encoding: 'utf8' });
    for (let n = 0; n < 20; n += 1) {
      writeFileSync(join(folder, `${n}.log`), 'x\n');
      await until(`${n}.log: x`);
      unlinkSync(join(folder, `${n}.log`));
    }
    writeFileSync(join(folder, 'end.log'), 'x\n');
    await until('end.log: x');
    if (process.platform === 'linux')
      expect(
        descriptors()
          .split('\n')
          .filter((line) => line.includes(folder)),
      ).toHaveLength(1);
  });
});

async function untilMatching(lines: readonly string[], pattern: RegExp): Promise<void> {
  while (!lines.some((line) => pattern.test(line))) await new Promise((resolve) => setImmediate(resolve));
}
