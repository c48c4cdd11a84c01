import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedItem, InstanceEntry } from '../../../contracts/control-api.ts';
import { journalRecord } from '../../../contracts/journal.ts';
import { openJournal } from '../../../control/emulator/journal.ts';
import { lastSignOf } from '../../../control/journal-file.ts';

const at = '2014-03-11T09:14:00.000Z';
const run = { at, pid: 7, version: '1', service: 'S', speed: 1, limits: { roleStartMs: 1_800_000, onStopMs: 300_000 } };
const entry: InstanceEntry = {
  name: 'W_IN_0',
  role: 'W',
  state: 'ReadyRole',
  portalState: 'Ready',
  details: '',
  since: at,
  recycles: 0,
  updateDomain: 0,
  faultDomain: 0,
  node: 'Node0',
  drives: { C: '', D: '', E: '' },
};

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolevm-journal-'));
  file = join(folder, 'logs', 'timeline.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (maxBytes?: number) => openJournal({ file, run, azureNow: () => 5, ...(maxBytes && { maxBytes }) });
const lines = (name = file) =>
  readFileSync(name, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const started = (pid: number): FeedItem => ({ type: 'process.started', at, instance: 'W_IN_0', name: 'A', pid, kind: 'played' });
const ended = (pid: number): FeedItem => ({ type: 'process.ended', at, instance: 'W_IN_0', name: 'A', pid, cause: { kind: 'asked' } });

describe('the journal', () => {
  it('begins with the run and has each record when the call returns, in the form that readers check', () => {
    const journal = open();
    const items: FeedItem[] = [
      { type: 'status', at, instance: { ...entry, restartAt: at } },
      started(1),
      { ...started(2), task: { index: 0, type: 'simple', context: 'limited' } } as FeedItem,
      { type: 'process.ended', at, instance: 'W_IN_0', name: 'A', pid: 1, cause: { kind: 'crashed', code: 1, detail: 'x'.repeat(9_000) } },
      { type: 'debug', at, instance: 'W_IN_0', name: 'A', pid: 2, state: 'broken into' },
      { type: 'file', at, instance: 'W_IN_0', text: 'free', freed: ['E:\\a'] },
      {
        type: 'file',
        at,
        instance: 'W_IN_0',
        text: 'late',
        change: { drivePath: 'E:\\a', what: 'changed', changedAt: at, fate: 'refused' },
      },
      { type: 'patched', at, instance: 'W_IN_0', drivePath: 'E:\\a', sha256: 'ab' },
      { type: 'drives', at, instance: 'W_IN_0', rebuilt: ['D'] },
      { type: 'notice', at, instance: 'W_IN_0', text: 'y'.repeat(9_000) },
      { type: 'stopping', at },
      { type: 'stopped', at },
    ];
    for (const item of items) journal.note(item);
    const written = lines();
    expect(written.map(({ type, what }) => what ?? type)).toEqual([
      'run',
      'status',
      'process.started',
      'process.started',
      'process.ended',
      'debug',
      'free',
      'changed',
      'patched',
      'drives',
      'notice',
      'stopping',
      'stopped',
    ]);
    for (const record of written) expect(journalRecord.parse(record)).toEqual(record);
    expect(written[1]).toEqual({
      type: 'status',
      at,
      instance: 'W_IN_0',
      role: 'W',
      state: 'ReadyRole',
      details: '',
      azureMs: 5,
      restartAt: at,
    });
    expect(statSync(file).size).toBeLessThan(4_000);
  });

  it('keeps nothing of what has logs of its own', () => {
    const journal = open();
    journal.note({ type: 'output', at, instance: 'W_IN_0', source: 'A', line: 'x' });
    journal.note({ type: 'file', at, instance: 'W_IN_0', text: 'loaded' });
    expect(lines()).toHaveLength(1);
  });

  it('is bounded, and each file tells anew what goes on', () => {
    const journal = open(2_000);
    journal.note({ type: 'status', at, instance: entry });
    journal.note(started(1));
    journal.note(started(2));
    journal.note({ type: 'debug', at, instance: 'W_IN_0', name: 'A', pid: 2, state: 'suspended' });
    for (let pid = 10; pid < 100; pid++) {
      journal.note(started(pid));
      journal.note(ended(pid));
    }
    expect(statSync(file).size + statSync(`${file}.old`).size).toBeLessThan(5_000);
    for (const name of [file, `${file}.old`])
      expect(
        lines(name)
          .slice(0, 5)
          .map(({ type, pid }) => [type, pid]),
      ).toEqual([
        ['run', 7],
        ['status', undefined],
        ['process.started', 1],
        ['process.started', 2],
        ['debug', 2],
      ]);
  });

  it('goes on behind what earlier runs have written, also where that was cut inside a line', () => {
    open().close();
    appendFileSync(file, `${JSON.stringify({ type: 'stopping', at })}\n`);
    truncateSync(file, statSync(file).size - 5);
    open().close();
    const text = readFileSync(file, 'utf8').split('\n');
    expect(text.map((line) => line.slice(0, 13))).toEqual(['{"type":"run"', '{"type":"stop', '{"type":"run"', '']);
  });

  it('says how many records it has lost, and never throws', () => {
    writeFileSync(join(folder, 'logs'), 'in the way');
    const journal = open();
    journal.note(started(1));
    rmSync(join(folder, 'logs'));
    mkdirSync(join(folder, 'logs'));
    journal.note(started(2));
    expect(lines().map(({ type, text }) => text ?? type)).toEqual([
      expect.stringMatching(/^2 records of the time line could not be written \(E[A-Z]+\)$/),
      'process.started',
    ]);
  });
});

describe('the last sign of life', () => {
  it('is the newest log of WaAppAgent, and unknown where none was ever written', () => {
    expect(lastSignOf([folder])).toBeUndefined();
    for (const [index, name] of ['a', 'b'].entries()) {
      mkdirSync(join(folder, name, 'C', 'Logs'), { recursive: true });
      const log = join(folder, name, 'C', 'Logs', 'WaAppAgent.log');
      writeFileSync(log, '');
      utimesSync(log, 1_000 + index, 1_000 + index);
    }
    expect(lastSignOf([join(folder, 'b'), join(folder, 'a')])).toBe(new Date(1_001_000).toISOString());
  });
});
