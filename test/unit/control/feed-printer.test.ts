import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { FeedItem, InstanceEntry } from '../../../contracts/control-api.ts';
import { harmless } from '../../../control/colour.ts';
import { freshFeedPrinter, printFeedItem } from '../../../control/feed-printer.ts';

const at = '2014-03-11T09:14:02.671Z';
const time = new Date(at).toTimeString().slice(0, 8);
const instance: InstanceEntry = {
  name: 'Worker_IN_0',
  role: 'Worker',
  state: 'StartingRole',
  portalState: 'Busy',
  details: 'System startup tasks are running.',
  since: at,
  recycles: 0,
  updateDomain: 0,
  faultDomain: 0,
  node: 'Node0',
  drives: { C: '/c', D: '/d', E: '/e' },
};

function printed(items: readonly FeedItem[], colour = false): readonly string[] {
  let printer = freshFeedPrinter;
  return items.flatMap((item) => {
    const result = printFeedItem(printer, item, { colour });
    printer = result.printer;
    return result.lines;
  });
}

describe('the feed on a terminal', () => {
  it('shows time, instance, state and details in columns', () => {
    expect(printed([{ type: 'status', at, instance }])).toEqual([
      `${time} Worker_IN_0  StartingRole        System startup tasks are running.`,
    ]);
  });

  it('shows a status once, until state, details or restart change', () => {
    const changed = { ...instance, details: 'other' };
    const items = [instance, { ...instance, since: 'later' }, changed, instance].map(
      (of): FeedItem => ({ type: 'status', at, instance: of }),
    );
    expect(printed(items)).toHaveLength(3);
  });

  it('shows when the restart comes while there is a window', () => {
    const waiting = {
      ...instance,
      state: 'RestartingRole',
      details: 'gone.',
      restartAt: new Date(Date.parse(at) + 20_000).toISOString(),
    } as const;
    expect(printed([{ type: 'status', at, instance: waiting }])).toEqual([
      `${time} Worker_IN_0  RestartingRole      gone.  restart at ${new Date(Date.parse(at) + 20_000).toTimeString().slice(0, 8)}, in 0:20`,
    ]);
  });

  it('shows processes with pid and the cause of their end', () => {
    expect(
      printed([
        { type: 'process.started', at, instance: 'Worker_IN_0', name: 'WaHostBootstrapper', pid: 42 },
        {
          type: 'process.ended',
          at,
          instance: 'Worker_IN_0',
          name: 'WaHostBootstrapper',
          pid: 42,
          cause: { kind: 'killed', signal: 'SIGKILL' },
        },
      ]),
    ).toEqual([`${time} Worker_IN_0  + WaHostBootstrapper pid 42`, `${time} Worker_IN_0  - WaHostBootstrapper pid 42 killed by SIGKILL`]);
  });

  it('aligns output by its source, and its own lines under rolevm', () => {
    expect(
      printed([
        { type: 'output', at, instance: 'Worker_IN_0', source: 'WaWorkerHost', line: 'hello' },
        { type: 'output', at, instance: 'A', source: 'x.js', line: '' },
        { type: 'notice', at, text: 'one\ntwo' },
        { type: 'stopped', at },
      ]),
    ).toEqual([
      `${time} Worker_IN_0  WaWorkerHost | hello`,
      `${time} A            x.js         |`,
      `${time} rolevm       one`,
      `${time} rolevm       two`,
      `${time} rolevm       stopped`,
    ]);
  });

  it('says the same with and without colours', () => {
    const items: FeedItem[] = [
      { type: 'status', at, instance },
      { type: 'process.ended', at, instance: 'Worker_IN_0', name: 'x', pid: 1, cause: { kind: 'exited', code: 3 } },
      { type: 'file', at, instance: 'Worker_IN_0', text: 'E:\\approot\\X.dll was replaced' },
      { type: 'stopping', at },
    ];
    expect(printed(items, true).map(stripVTControlCharacters)).toEqual(printed(items));
    expect(printed(items, true).join('')).toContain('\u001b[');
    expect(printed(items).join('')).not.toContain('\u001b[');
  });

  it('speaks of Ctrl-C only where it ends the emulator', () => {
    const stopping = { type: 'stopping', at } as const;
    expect(printFeedItem(freshFeedPrinter, stopping, { colour: false, interactive: true }).lines[0]).toContain('Ctrl-C again');
    expect(printFeedItem(freshFeedPrinter, stopping, { colour: false }).lines[0]).toMatch(/stopping in order$/);
  });

  it('bounds the lines of details', () => {
    const details = Array.from({ length: 500 }, (_, n) => `line ${n}`).join('\n');
    expect(printed([{ type: 'status', at, instance: { ...instance, details } }]).length).toBeLessThanOrEqual(15);
  });
});

describe("a line of somebody else's program", () => {
  it.each([
    ['\u001b[2J\u001b[1;1Hgone', 'gone'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;http://x\u001b\\link', 'link'],
    ['a\rb\u0008c\u009bd\ttab', 'abcd\ttab'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b', ''],
    ['grün 日本', 'grün 日本'],
  ])('%j cannot command the terminal', (line, shown) => {
    expect(harmless(line, false)).toBe(shown);
  });

  it('keeps its colours where colours are wanted, and ends them', () => {
    expect(harmless('\u001b[31mred\u001b[2J', true)).toBe('\u001b[31mred\u001b[0m');
    expect(harmless('plain', true)).toBe('plain');
  });
});
