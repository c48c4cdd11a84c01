import { describe, expect, it } from 'vitest';
import type { KnownProcess } from '../../../agents/host-agent/process-registry.ts';
import { windowText } from '../../../cli/window-text.ts';
import type { InstanceEntry, LoadedFile } from '../../../contracts/control-api.ts';
import { createFeed } from '../../../control/emulator/feed.ts';
import { restartWindow } from '../../../control/emulator/restart-window.ts';
import { timeOfDay } from '../../../control/time-of-day.ts';

const restartAt = '2014-03-11T09:14:22.000Z';
const file = 'E:\\approot\\W.dll';
const drives = { C: '', D: '', E: '' };
const entry = {
  name: 'W_IN_0',
  role: 'W',
  portalState: 'Busy',
  details: '',
  since: '',
  recycles: 0,
  updateDomain: 0,
  faultDomain: 0,
  node: 'Node0',
  drives,
} as const;
const ready: InstanceEntry = { ...entry, state: 'ReadyRole' };
const open: InstanceEntry = { ...entry, state: 'RestartingRole', restartAt };
const host: KnownProcess = {
  name: 'WaWorkerHost',
  kind: 'played',
  pid: 7,
  ppid: 1,
  startTicks: '1',
  startedAt: '',
  state: '',
  since: '',
  holds: [file],
};

function told(
  loaded: readonly LoadedFile[][],
  story: (window: ReturnType<typeof restartWindow>) => void,
  now = Date.parse(restartAt) - 1,
): readonly string[] {
  const texts: string[] = [];
  const feed = createFeed();
  feed.follow((item) => texts.push(item.type === 'file' ? item.text : item.type));
  let looks = 0;
  story(restartWindow(feed, { of: () => loaded[looks++] ?? [] }, () => now));
  return texts;
}

describe('the window', () => {
  const free = [`${file} is free until ${timeOfDay(restartAt)}`];

  it('is told to be free when it is open and the last holder has ended, in either order, once', () => {
    const endsLast = told([], (window) => {
      window.status(open);
      window.ended('W_IN_0', host);
      window.status(open);
    });
    const opensLast = told([], (window) => {
      window.ended('W_IN_0', host);
      window.status(open);
    });
    expect([endsLast, opensLast]).toEqual([free, free]);
  });

  it('is not free while another process holds files, nor told of outside of a window', () => {
    const stillHeld = told([[{ file, mtime: '' }]], (window) => {
      window.status(open);
      window.ended('W_IN_0', host);
    });
    const orderly = told([], (window) => {
      window.ended('W_IN_0', host);
      window.status(ready);
      window.status(open);
    });
    expect([stillHeld, orderly]).toEqual([[], []]);
  });

  it('is not told of when its files were held until it was over', () => {
    const late = told(
      [],
      (window) => {
        window.status(open);
        window.ended('W_IN_0', host);
      },
      Date.parse(restartAt),
    );
    expect(late).toEqual([]);
  });

  it('is counted down in words, with what is still held', () => {
    const now = Date.parse(restartAt) - 14_000;
    expect(windowText(ready, now)).toEqual([]);
    expect(windowText(open, now)).toEqual([`restart at ${timeOfDay(restartAt)}, in 0:14; no host holds a file`]);
    expect(windowText({ ...open, loaded: [{ file, mtime: '' }] }, now)).toEqual([
      `restart at ${timeOfDay(restartAt)}, in 0:14; still held: ${file}`,
    ]);
  });
});
