import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { drawSvg } from '../../../cli/timeline/draw-svg.ts';
import { drawText } from '../../../cli/timeline/draw-text.ts';
import { timeScale } from '../../../cli/timeline/scale.ts';
import type { JournalRecord, RunRecord } from '../../../contracts/journal.ts';
import { painter } from '../../../control/colour.ts';
import { buildTimeline } from '../../../taskmgr/timeline/build-timeline.ts';
import type { Timeline } from '../../../taskmgr/timeline/timeline.ts';
import { at, ended, killed, runAt, runsOf, started, status } from '../taskmgr/journal-story.ts';

process.env.TZ = 'UTC';

function timelineOf(records: readonly JournalRecord[], run: Partial<RunRecord> = {}): Timeline {
  const events = new Map([
    [
      'W_IN_0',
      [
        { time: at(0.2), log: 'System', source: 'EventLog', id: 6005, level: 'Information', message: 'The Event log service was started.' },
        { time: at(0.2), log: 'System', source: 'Kernel', id: 12, level: 'Information', message: 'The operating system started.' },
        { time: at(41.5), log: 'System', source: 'USER32', id: 1074, level: 'Information', message: 'shutdown' },
      ] as const,
    ],
  ]);
  return buildTimeline(runsOf({}, { run: runAt(0, run), records }), events, at(0));
}

function drawn(timeline: Timeline, width = 80, even = false): string {
  return drawText(timeline, { width, paint: painter(false), even }).join('\n');
}

describe('the time line in the terminal', () => {
  it('shows window, generations, causes and drives in a picture that reads without colours', () => {
    expect(drawn(timelineOf(killed))).toMatchInlineSnapshot(`
      "Shop  2014-03-11 09:14:00 to 09:14:42: 42 s

                                09:14:00    09:14:10     09:14:20     09:14:30
                                ╷           ╷            ╷            ╷
      W_IN_0
        state                   ▒▒▒▒▒███████! RestartingRole !!!!!!!!!▒▒▒▒█ Ready █░░·
        balancer                      ═════════                            ══════════
        WindowsAzureGuestAgent  ┣━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┫
        WaHostBootstrapper       ┣━━━━━━━━━━✗                         ┣━━━━━━━━━━━━━┫
        setup.js (simple)        ┣━┫                                   ┣━┫
        WaWorkerHost               ┣━━━━━━━━━━━━┫                        ┣━━━━━━━━━━┫
        window                              ....=======================
        drives                                           P
        events                  6005                                                 •

      09:14:10 W_IN_0  WaHostBootstrapper (11) killed by SIGKILL
      09:14:20 W_IN_0  E:\\approot\\W.dll was patched; it has changed in time

      · off   █ serves   ▒ on its way up   ░ on its way down   ! needs a look
        ┣━┫ process   ✗ ended unasked   . restart window   = files are free
        P patched"
    `);
  });

  it('shows Azure time beside the real one where they differ, and the limits that were crossed in words', () => {
    const slow = [
      status(0, 'StartingRole'),
      started(0, 'WaHostBootstrapper', 7),
      started(0.1, 'slow.js', 8, { kind: 'task', task: { index: 0, type: 'simple', context: 'limited' } }),
      ended(41, 'slow.js', 8, { kind: 'exited', code: 0 }),
      status(41, 'ReadyRole', { azureMs: 2_050_000 }),
      status(45, 'StoppingRole', { azureMs: 2_250_000 }),
      status(52, 'StoppingVM', { azureMs: 2_600_000 }),
      { type: 'stopped', at: at(53) },
    ] as const;
    expect(drawn(timelineOf(slow, { speed: 50 }))).toMatchInlineSnapshot(`
      "Shop  2014-03-11 09:14:00 to 09:14:53: 53 s at speed 50, 44 min 10 s of Azure
        time

                            09:14:00        09:14:15        09:14:30
        Azure time          +0:00           +12:30          +25:00
                            ╷               ╷               ╷
      W_IN_0
        state               ▒ StartingRole ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒█████░░░░░░░░░
        30 min to Ready     ───────────────────────────────────────┃!!!!!
        5 min to stop                                                        ──────┃!
        WaHostBootstrapper  ┣━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┫
        slow.js (simple)    ┣━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┫
        events              6005                                         1074

      W_IN_0 was 34 min 10 s of Azure time on its way to Ready: the fabric goes on
        with the next upgrade domain after 30 min (S1)
      W_IN_0 took 5 min 50 s of Azure time to stop its role: OnStop has 5 min, then
        its host is killed (S1)

      █ serves   ▒ on its way up   ░ on its way down   ┣━┫ process"
    `);
  });

  it('cuts short what is idle, and says for how long; --even does not', () => {
    const idle = [
      ...[
        status(0, 'StartingRole'),
        started(0, 'A', 7),
        status(3, 'ReadyRole'),
        ended(1_000, 'A', 7, { kind: 'killed', signal: 'SIGKILL' }),
      ],
      ...[status(1_000, 'RestartingRole'), status(1_004, 'ReadyRole'), { type: 'stopped', at: at(1_008) } as const],
    ];
    expect(drawn(timelineOf(idle), 60)).toMatchInlineSnapshot(`
      "Shop  2014-03-11 09:14:00 to 09:30:48: 16 min 48 s

                  09:14:00     09:14:40                09:30:45
                  ╷           ⌇╷    ⌇                  ╷
      W_IN_0
        state     ▒▒▒▒▒▒▒▒▒▒█ Ready ███!!!!!!!!!!!!!█ ReadyRole ██
        A         ┣━━━━━━━━━━━━━━━━━━━━✗
        events    6005           1074

      09:30:40 W_IN_0  A (7) killed by SIGKILL

      █ serves   ▒ on its way up   ! needs a look   ┣━┫ process
        ✗ ended unasked   ⌇ cut short: 37 s, 15 min 57 s"
    `);
    expect(drawn(timelineOf(idle), 60, true)).not.toContain('⌇');
  });

  it('tells once what happened again and again, and hides no end behind the next start', () => {
    const cycles = Array.from({ length: 22 }, (_, n) => [
      status(n * 10, 'StartingRole'),
      started(n * 10, 'A', 100 + n),
      ended(n * 10 + 10, 'A', 100 + n, { kind: 'exited', code: 3010 }),
    ]).flat();
    const picture = drawn(timelineOf([...cycles, { type: 'stopped', at: at(220) }]));
    expect(picture).toContain('\n09:17:40 W_IN_0  A (121) exited with code 3010, for the 22nd time since 09:14:10\n');
    expect(picture.match(/✗/g)).toHaveLength(23);
  });

  it('never is wider than asked for, whatever the names and times', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const timeline = timelineOf(anything(seed), { speed: (seed % 7) + 0.5 });
      const width = 50 + ((seed * 37) % 150);
      for (const even of [false, true]) {
        const lines = drawText(timeline, { width, paint: painter(false), even });
        expect(lines.filter((line) => [...line].length > width)).toEqual([]);
        expect(lines.join('')).not.toMatch(/\p{Cc}/u);
      }
    }
  });

  it('is coloured without becoming another drawing', () => {
    const timeline = timelineOf(killed);
    const coloured = drawText(timeline, { width: 80, paint: painter(true), even: false }).join('\n');
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(coloured).toMatch(escapes);
    expect(coloured.replace(escapes, '').replace(/ +$/gm, '')).toBe(drawn(timeline));
  });
});

describe('the axis', () => {
  it('runs forwards through breaks, from 0 to 1', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const timeline = timelineOf(anything(seed));
      const { position, segments } = timeScale(timeline, false);
      const [from, to] = [Date.parse(timeline.from), Date.parse(timeline.to)];
      const places = Array.from({ length: 101 }, (_, index) => position(from + ((to - from) * index) / 100));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places[0]).toBe(0);
      expect(places.at(-1)).toBeCloseTo(1);
      expect(segments.every(({ from: start, to: end }, index) => end >= start && start === (segments[index - 1]?.to ?? from))).toBe(true);
    }
  });
});

describe('the picture', () => {
  const parsed = (svg: string) => {
    const titles: string[] = [];
    const counts: Record<string, number> = {};
    let open = '';
    const parser = new SaxesParser();
    parser.on('error', (error) => {
      throw error;
    });
    parser.on('opentag', ({ name, attributes }) => {
      open = name;
      const { class: kind = '' } = attributes as Record<string, string>;
      counts[`${name} ${kind}`.trim()] = (counts[`${name} ${kind}`.trim()] ?? 0) + 1;
    });
    parser.on('text', (text) => {
      if (open === 'title' && text.trim() !== '') titles.push(text);
    });
    parser.write(svg).close();
    return { titles, counts };
  };

  it('has the tracks of the drawing, a title on everything, and no reference to anything outside', () => {
    const svg = drawSvg(timelineOf(killed), { even: false });
    const { titles, counts } = parsed(svg);
    expect(titles).toEqual(
      expect.arrayContaining([
        'WaHostBootstrapper, pid 11, 09:14:01 to 09:14:10 (8.8 s)\nkilled by SIGKILL',
        'WaHostBootstrapper, pid 21, 09:14:30 to 09:14:41 (10 s)\nexited with code 0',
        'setup.js, pid 12, 09:14:01 to 09:14:03 (1.5 s)\nsimple startup task, elevated\nexited with code 0',
        'RestartingRole, 09:14:10 to 09:14:30 (20 s)\nWaHostBootstrapper is gone.',
        'no process holds a file of the role, 09:14:13 to 09:14:30 (17 s)',
        '09:14:20 patched\nE:\\approot\\W.dll was patched; it has changed in time',
      ]),
    );
    // One of each is in the legend.
    expect(counts).toMatchObject({ 'rect played': 6, 'rect task': 3, 'rect ready': 3, 'path killed': 1, 'path drive': 1 });
    expect(svg).not.toMatch(/(?:href|url\(|<script|<image|@import)/);
    expect(svg.match(/prefers-color-scheme: dark/g)).toHaveLength(1);
  });

  it('draws the limit where it was crossed, and what lies beyond it', () => {
    const late = [status(0, 'StartingRole'), status(2_050, 'ReadyRole'), { type: 'stopped', at: at(2_100) } as const];
    const { counts, titles } = parsed(drawSvg(timelineOf(late), { even: false }));
    expect(counts).toMatchObject({ 'line limit': 1, 'rect used': 1, 'rect over': 2, 'text warning': 1 });
    expect(titles).toContain('30 min to Ready: over at 09:44:00');
    expect(parsed(drawSvg(timelineOf(killed), { even: false })).counts).not.toHaveProperty('line limit');
  });

  it('is XML whatever the names are', () => {
    for (let seed = 1; seed <= 40; seed++) parsed(drawSvg(timelineOf(anything(seed)), { even: seed % 2 === 0 }));
    const nasty = '<script>&"\'\u0000\u001b[31m\ud800 ]]>';
    const svg = drawSvg(timelineOf([status(0, 'ReadyRole', { instance: nasty, details: nasty }), { type: 'stopped', at: at(1) }]), {
      even: false,
    });
    expect(parsed(svg).counts).not.toHaveProperty('script');
  });
});

/** A story of a few records in any order that a journal can have; the same for the same seed. */
function anything(seed: number): readonly JournalRecord[] {
  let state = seed;
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const names = ['WaHostBootstrapper', '日本語のプログラム', `x${'y'.repeat(70)}`, 'a\u0007\u001b[2Jb', '<&">', 'e\u0301\u200b', ''];
  const states = ['StartingRole', 'BusyRole', 'ReadyRole', 'StoppingRole', 'RestartingRole', 'StoppedVM', 'UnresponsiveRole'] as const;
  const instances = ['W_IN_0', 'W_IN_10', names[1 + next(5)] ?? ''];
  let seconds = 0;
  const records = Array.from({ length: 5 + next(60) }, (): JournalRecord => {
    seconds += next(5) === 0 ? next(3_000) : next(20) / 10;
    const instance = instances[next(3)] ?? '';
    const name = names[next(names.length)] ?? '';
    const pid = 1 + next(9);
    switch (next(7)) {
      case 0:
        return { ...started(seconds, name, pid, { kind: 'program' }), instance } as JournalRecord;
      case 1:
        return { ...ended(seconds, name, pid, { kind: 'exited', code: next(4_000) }), instance } as JournalRecord;
      case 2:
        return { type: 'file', at: at(seconds), instance, what: 'changed', drivePath: name, text: `${name} has changed ${name}` };
      case 3:
        return { type: 'debug', at: at(seconds), instance, name, pid, state: next(2) === 0 ? 'broken into' : 'running' };
      case 4:
        return { type: 'rotation', at: at(seconds), instance, inRotation: next(2) === 0 };
      default:
        return status(seconds, states[next(states.length)] ?? 'ReadyRole', {
          instance,
          ...(next(3) === 0 && { restartAt: at(seconds + 20) }),
        });
    }
  });
  return [status(0, 'StartingRole'), ...records, ...(next(2) === 0 ? [{ type: 'stopped', at: at(seconds + 1) } as const] : [])];
}
