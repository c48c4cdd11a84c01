import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentLine } from '../../../logs/formats/agent-line.ts';
import { openBootstrapperLog } from '../../../logs/open-bootstrapper-log.ts';
import { openLog } from '../../../logs/open-log.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolevm-log-'));
  file = join(folder, 'C', 'Logs', 'WaAppAgent.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const textsOf = (path: string) => linesOf(path).map((line) => line.replace(/^(\[.*?\]\s+)+/, ''));
const open = (options: object = {}) => openLog({ file, format: agentLine, ...options });

describe('openLog', () => {
  it('has a line in the file when the call returns, the first one included, and makes the folder', () => {
    const log = open({ now: () => Date.UTC(2014, 2, 11, 9, 14), pid: 6 });
    log.info('StateExecutor initialization completed.');
    expect(readFileSync(file, 'utf8')).toBe('[00000006] [03/11/2014 09:14:00.00] [INFO]  StateExecutor initialization completed.\n');
    log.heart('WindowsAzureGuestAgent Heartbeat.');
    log.warn('100% of %s');
    log.error('');
    expect(textsOf(file)).toEqual(['StateExecutor initialization completed.', 'WindowsAzureGuestAgent Heartbeat.', '100% of %s', '']);
  });

  it('goes on at the end of what is there, or moves it to .old when it is to begin anew', () => {
    open().info('one');
    open().info('two');
    expect(textsOf(file)).toEqual(['one', 'two']);
    open({ fresh: 'old' }).info('three');
    expect(textsOf(file)).toEqual(['three']);
    expect(textsOf(`${file}.old`)).toEqual(['one', 'two']);
  });

  it('becomes .old when it is full, keeps one old file, and each line is whole and in one of the two', () => {
    const log = open({ maxBytes: 1_000 });
    for (let n = 0; n < 100; n += 1) log.info(`line ${n}`);
    const texts = [...textsOf(`${file}.old`), ...textsOf(file)];
    expect(texts).toEqual(Array.from({ length: texts.length }, (_, n) => `line ${100 - texts.length + n}`));
    expect(texts.length).toBeGreaterThan(15);
    expect(readdirSync(dirname(file)).sort()).toEqual(['WaAppAgent.log', 'WaAppAgent.log.old']);
    expect(statSync(`${file}.old`).size).toBeLessThan(1_100);
  });

  it('grows on when it cannot be moved away', () => {
    mkdirSync(`${file}.old`, { recursive: true });
    writeFileSync(join(`${file}.old`, 'in the way'), '');
    const log = open({ maxBytes: 10 });
    for (const text of ['a', 'b', 'c']) log.info(text);
    expect(textsOf(file)).toEqual(['a', 'b', 'c']);
  });

  it('begins a new file when somebody removed the one it writes to', () => {
    const log = open();
    log.info('gone');
    rmSync(dirname(file), { recursive: true });
    log.info('there');
    expect(textsOf(file)).toEqual(['there']);
  });

  it('writes on after close', () => {
    const log = open();
    log.info('one');
    log.close();
    log.close();
    log.info('two');
    expect(textsOf(file)).toEqual(['one', 'two']);
  });

  it.skipIf(!existsSync('/dev/full'))('does not throw on a full disk, counts what it loses, and says so as soon as it can', () => {
    mkdirSync(dirname(file), { recursive: true });
    symlinkSync('/dev/full', file);
    const log = open();
    for (const text of ['a', 'b', 'c']) log.info(text);
    expect(log.lost).toBe(3);
    rmSync(file);
    log.info('d');
    expect(textsOf(file)).toEqual(['Lines of this log that could not be written: 3 (ENOSPC).', 'd']);
    expect(linesOf(file)[0]).toContain('[WARN]');
    expect(log.lost).toBe(0);
  });

  it('does not throw when its folder cannot exist, and finds it when it can', () => {
    writeFileSync(join(folder, 'C'), 'a file where the folder should be');
    const log = open();
    log.error('lost');
    expect(log.lost).toBe(1);
    rmSync(join(folder, 'C'));
    log.error('kept');
    expect(textsOf(file)).toEqual([expect.stringMatching(/could not be written: 1 \(E/), 'kept']);
  });
});

describe('openBootstrapperLog', () => {
  const bootstrapperLog = () => join(folder, 'C', 'Resources', 'WaHostBootstrapper.log');
  const names = () => readdirSync(dirname(bootstrapperLog())).sort();

  it('begins a file per start and numbers the former ones, so that counting files counts starts', () => {
    for (const text of ['first', 'second', 'third']) openBootstrapperLog(bootstrapperLog()).warn(text);
    expect(names()).toEqual(['WaHostBootstrapper.log', 'WaHostBootstrapper.log.old.001', 'WaHostBootstrapper.log.old.002']);
    expect(textsOf(bootstrapperLog())).toEqual(['third']);
    expect(textsOf(`${bootstrapperLog()}.old.001`)).toEqual(['first']);
    expect(textsOf(`${bootstrapperLog()}.old.002`)).toEqual(['second']);
  });

  it('keeps a hundred former files, the youngest, and counts on', () => {
    mkdirSync(dirname(bootstrapperLog()), { recursive: true });
    for (let n = 850; n <= 998; n += 1) writeFileSync(`${bootstrapperLog()}.old.${n}`, '');
    for (let n = 999; n <= 1_004; n += 1) {
      const log = openBootstrapperLog(bootstrapperLog());
      log.warn(`start ${n}`);
      log.close();
    }
    const olds = names().filter((name) => name !== 'WaHostBootstrapper.log');
    expect(olds).toHaveLength(100);
    expect(textsOf(`${bootstrapperLog()}.old.1003`)).toEqual(['start 1003']);
    expect(olds).toContain('WaHostBootstrapper.log.old.904');
    expect(olds).not.toContain('WaHostBootstrapper.log.old.903');
  });

  it('leaves files of other names alone', () => {
    mkdirSync(dirname(bootstrapperLog()), { recursive: true });
    for (const name of ['WaHostBootstrapper.log.old.notes', 'WaHostBootstrapper.log.old', 'other.log.old.001']) {
      writeFileSync(join(dirname(bootstrapperLog()), name), name);
    }
    openBootstrapperLog(bootstrapperLog()).warn('x');
    expect(names()).toEqual([
      'WaHostBootstrapper.log',
      'WaHostBootstrapper.log.old',
      'WaHostBootstrapper.log.old.notes',
      'other.log.old.001',
    ]);
  });
});
