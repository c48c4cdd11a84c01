import { expect, it } from 'vitest';
import { planLines } from '../../../cli/plan-text.ts';
import { survivalLines } from '../../../cli/survival-table.ts';
import type { InstancePlan, PlannedDrive } from '../../../contracts/event-plan.ts';
import { vmEvents } from '../../../contracts/events.ts';

const drive = (letter: string, changes: Partial<PlannedDrive> = {}): PlannedDrive => ({
  letter,
  fate: 'preserved',
  stay: 0,
  comeAgain: 0,
  files: [],
  filesChanged: 0,
  patchesThatStay: [],
  ...changes,
});
const instance = (changes: Partial<InstancePlan> = {}): InstancePlan => ({
  instance: 'Greeter_IN_0',
  drives: [],
  restartsVm: true,
  newVm: false,
  orderly: true,
  tasks: [],
  eventIds: [],
  lostEventIds: [],
  ...changes,
});
const lost = (file: string) => ({ file, becomes: 'lost', patched: false }) as const;

it('a plan says what happens to the instance, then what becomes of each drive and of the files that change', () => {
  const plan = instance({
    tasks: ['install.cmd', 'collect.cmd'],
    eventIds: [1074, 13, 6006, 12, 6005],
    lostEventIds: [1074, 13, 6006],
    drives: [
      drive('C', { stay: 12, filesChanged: 1, files: [{ file: 'C:\\Resources\\temp\\x', becomes: 'emptied', patched: false }] }),
      drive('D', { fate: 'rebuilt', comeAgain: 1, filesChanged: 1, files: [lost('D:\\Program Files\\x')] }),
      drive('E', {
        fate: 'rebuilt',
        comeAgain: 2,
        filesChanged: 2,
        files: [{ file: 'E:\\approot\\Greeter.dll', becomes: 'reset', patched: true }, lost('E:\\approot\\Greeter.dll.bak')],
      }),
    ],
  });
  expect(planLines({ event: 'reimage', instances: [plan] }, false)).toEqual([
    'Greeter_IN_0  reimage: Windows restarts, Stopping and OnStop before, 2 startup tasks run again, events 1074 13 6006 (lost with D:) 12 6005',
    '  C:  preserved  12 files stay, 1 emptied',
    '      C:\\Resources\\temp\\x is removed, as at each start of the role',
    '  D:  rebuilt  1 file comes again unchanged, 1 lost',
    '      D:\\Program Files\\x is lost',
    '  E:  rebuilt  2 files come again unchanged, 1 lost, 1 set back',
    "      E:\\approot\\Greeter.dll is set back to the package's (patched)",
    '      E:\\approot\\Greeter.dll.bak is lost',
    '  startup tasks: install.cmd, collect.cmd',
  ]);
});

it('a plan names the patches that stay', () => {
  const plan = instance({ drives: [drive('E', { stay: 5, patchesThatStay: ['E:\\approot\\Greeter.dll'] })] });
  expect(planLines({ event: 'recycle', instances: [plan] }, false)).toEqual([
    'Greeter_IN_0  recycle: Windows stays on, Stopping and OnStop before, the role starts',
    '  E:  preserved  5 files stay',
    '      E:\\approot\\Greeter.dll stays (patched)',
  ]);
});

it('a patched file that goes is coloured, and no name can move the cursor', () => {
  const files = [{ file: 'E:\\a\u001b[2Jb', becomes: 'lost', patched: true }] as const;
  const plan = instance({ drives: [drive('E', { fate: 'rebuilt', filesChanged: 1, files })] });
  expect(planLines({ event: 'reimage', instances: [plan] }, true).at(-1)).toBe('      \u001b[31mE:\\ab is lost (patched)\u001b[39m');
});

it('more files than a person reads are counted, and JSON has more', () => {
  const files = Array.from({ length: 12 }, (_, number) => lost(`D:\\${number}`));
  const plan = (filesChanged: number) => instance({ drives: [drive('D', { fate: 'rebuilt', files, filesChanged })] });
  expect(planLines({ event: 'reimage', instances: [plan(12)] }, false).slice(-2)).toEqual([
    '      D:\\9 is lost',
    '      and 2 more; --json names up to 200',
  ]);
  expect(planLines({ event: 'reimage', instances: [plan(500)] }, false)[1]).toBe('  D:  rebuilt  500 files are lost, set back or emptied');
});

it('logs of Windows and the agents are counted: nobody misses them', () => {
  const logs = [1, 2].map((number) => ({ ...lost(`D:\\Windows\\${number}`), platform: true }) as const);
  const plan = instance({ drives: [drive('D', { fate: 'rebuilt', files: [lost('D:\\x'), ...logs], filesChanged: 3 })] });
  expect(planLines({ event: 'reimage', instances: [plan] }, false).slice(1)).toEqual([
    '  D:  rebuilt  3 lost',
    '      D:\\x is lost',
    '      and 2 logs of Windows and the agents',
  ]);
});

it.each([
  ['upgrade', { fate: 'replaced by the other letter', comesAs: 'F' }, 'replaced by F:'],
  ['migrate', { fate: 'rebuilt', comesAs: 'E' }, 'rebuilt as E:'],
] as const)('%s says which letter follows', (event, changes, text) => {
  expect(planLines({ event, instances: [instance({ drives: [drive('F', changes)] })] }, false)[1]).toBe(`  F:  ${text}  no files`);
});

it('a stop points at the start, at which its losses show', () => {
  const [first, last] = planLines({ event: 'stop', instances: [instance()] }, false);
  expect([first, last]).toEqual([
    'Greeter_IN_0  stop: Windows stays on, Stopping and OnStop before, the role does not start',
    'What a stopped deployment loses, it loses at its start: see rolevm plan start.',
  ]);
});

it('the table of all events is one screen', () => {
  const lines = survivalLines(false);
  expect(lines.length).toBeLessThanOrEqual(24);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(132);
  expect(lines.slice(1, 1 + vmEvents.length).map((line) => line.split(' ')[0])).toEqual([...vmEvents]);
  expect(lines[1]).toMatch(/^recycle +stays +stays +stays +stays on +yes +run again$/);
  expect(lines.find((line) => line.startsWith('power-cycle'))).toMatch(/ stays +rebuilt +stays +loses its power +no +run again$/);
});
