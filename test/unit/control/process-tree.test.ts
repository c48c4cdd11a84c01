import { describe, expect, it } from 'vitest';
import type { PsEntry, StatusDocument } from '../../../contracts/control-api.ts';
import { treeLabel, treeRows } from '../../../control/process-tree.ts';
import { shellQuote } from '../../../control/shell-quote.ts';
import { welcome } from '../../../control/welcome.ts';
import { processRows } from '../../../taskmgr/process-tree.ts';

const entry = (instance: string, name: string, pid: number, ppid: number, second = pid): PsEntry => ({
  instance,
  name,
  pid,
  ppid,
  state: 'running',
  since: '2014-03-11T09:14:00.000Z',
  startedAt: `2014-03-11T09:14:${String(second % 60).padStart(2, '0')}.000Z`,
  cpu: 1,
  memory: 10,
});

const drawn = (entries: readonly PsEntry[]) => treeRows(entries).map((row) => `${row.entry.instance} ${treeLabel(row, row.entry.name)}`);

const vm = (instance: string, base: number) => [
  entry(instance, 'WaWorkerHost', base + 5, base + 3),
  entry(instance, 'setup.js', base + 4, base + 3),
  entry(instance, 'WaHostBootstrapper', base + 3, base + 2),
  entry(instance, 'WindowsAzureGuestAgent', base + 2, 1),
  entry(instance, 'WaAppAgent', base + 1, 1),
  entry(instance, 'node', base + 6, base + 5),
];

describe('the process tree', () => {
  it('shows parents before children and siblings in order of start', () => {
    expect(drawn(vm('W_IN_0', 100))).toEqual([
      'W_IN_0 WaAppAgent',
      'W_IN_0 WindowsAzureGuestAgent',
      'W_IN_0 └─ WaHostBootstrapper',
      'W_IN_0    ├─ setup.js',
      'W_IN_0    └─ WaWorkerHost',
      'W_IN_0       └─ node',
    ]);
  });

  it('orders instances by their number', () => {
    expect(drawn([entry('W_IN_10', 'a', 1, 0), entry('W_IN_9', 'a', 2, 0), entry('A_IN_0', 'a', 3, 0)])).toEqual([
      'A_IN_0 a',
      'W_IN_9 a',
      'W_IN_10 a',
    ]);
  });

  it('shows an orphan at the edge', () => {
    const orphaned = vm('W_IN_0', 100).filter(({ name }) => name !== 'WaHostBootstrapper');
    expect(drawn(orphaned)).toEqual([
      'W_IN_0 WaAppAgent',
      'W_IN_0 WindowsAzureGuestAgent',
      'W_IN_0 setup.js',
      'W_IN_0 WaWorkerHost',
      'W_IN_0 └─ node',
    ]);
  });

  it('draws no line below the last child', () => {
    expect(drawn([entry('W', 'root', 1, 0), entry('W', 'first', 2, 1), entry('W', 'below', 4, 2), entry('W', 'last', 3, 1)])).toEqual([
      'W root',
      'W ├─ first',
      'W │  └─ below',
      'W └─ last',
    ]);
  });

  it('shows every process even where parents go round in a circle', () => {
    expect(drawn([entry('W', 'a', 1, 2), entry('W', 'b', 2, 1), entry('W', 'self', 3, 3)])).toEqual(['W self', 'W a', 'W b']);
  });

  it('sums what a subtree takes', () => {
    const rows = processRows(vm('W_IN_0', 100));
    expect(rows.map((row) => [row.entry.name, row.descendants, row.treeCpu, row.treeMemory])).toEqual([
      ['WaAppAgent', 0, 1, 10],
      ['WindowsAzureGuestAgent', 4, 5, 50],
      ['WaHostBootstrapper', 3, 4, 40],
      ['setup.js', 0, 1, 10],
      ['WaWorkerHost', 1, 2, 20],
      ['node', 0, 1, 10],
    ]);
  });

  it('is narrowed to an instance and to a name with everything below it', () => {
    const entries = [...vm('W_IN_0', 100), ...vm('W_IN_1', 200)];
    expect(processRows(entries, { instance: 'w_in_1' })).toHaveLength(6);
    const rows = processRows(entries, { instance: 'W_IN_1', name: 'wahostbootstrapper.exe' });
    expect(rows.map((row) => [row.depth, treeLabel(row, row.entry.name)])).toEqual([
      [0, 'WaHostBootstrapper'],
      [1, '├─ setup.js'],
      [1, '└─ WaWorkerHost'],
      [2, '   └─ node'],
    ]);
    expect(processRows(entries, { name: 'nobody' })).toEqual([]);
  });
});

describe('the welcome of rolevm up', () => {
  const status = {
    emulator: { pid: 7, version: '', speed: 1, startedAt: '', state: 'running', stateDirectory: '/state', logs: '/state/logs' },
    deployment: { id: 'd', serviceName: 'Tally', servicePath: '/tally', status: 'Running' },
    instances: [
      {
        name: 'W_IN_0',
        role: 'W',
        state: 'StartingRole',
        portalState: 'Busy',
        details: '',
        since: '',
        recycles: 0,
        updateDomain: 0,
        faultDomain: 0,
        node: 'Node0',
        drives: { C: '/state/vms/W_IN_0/C', D: '/state/vms/W_IN_0/D', E: '/state/vms/W_IN_0/E' },
      },
    ],
  } as const satisfies StatusDocument;
  const options = { command: 'npx rolevm', colour: false, stateNamed: false, stateDirectory: '/my state', detach: false };

  it('names every process with its pid, the drives, the logs', () => {
    const lines = welcome({ status, processes: vm('W_IN_0', 100), options }).join('\n');
    for (const text of ['└─ WaHostBootstrapper', 'pid 103', 'C: /state/vms/W_IN_0/C', 'E: /state/vms/W_IN_0/E', 'Logs  /state/logs'])
      expect(lines).toContain(text);
  });

  it('ends with three commands that can be copied as they are', () => {
    const commands = (input: Partial<typeof options>, patchFile?: string) =>
      welcome({ status, processes: [], options: { ...options, ...input }, ...(patchFile === undefined ? {} : { patchFile }) }).filter(
        (line) => /^ {2}(npx )?rolevm /.test(line),
      );
    expect(commands({}, 'patches/W.dll')).toEqual([
      '  npx rolevm ps',
      '  npx rolevm kill WaHostBootstrapper --instance W_IN_0',
      '  npx rolevm patch patches/W.dll --wait',
    ]);
    expect(commands({ command: 'rolevm', stateNamed: true })).toEqual([
      "  rolevm ps --state '/my state'",
      "  rolevm kill WaHostBootstrapper --instance W_IN_0 --state '/my state'",
      "  rolevm logs --follow --state '/my state'",
    ]);
  });
});

describe('an argument to copy', () => {
  it.each([
    ['E:\\approot\\X.dll', 'linux', "'E:\\approot\\X.dll'"],
    ["it's", 'darwin', "'it'\\''s'"],
    ['/plain/path-1.dll', 'linux', '/plain/path-1.dll'],
    ['', 'linux', "''"],
    ['C:\\a b', 'win32', '"C:\\a b"'],
    ['E:\\approot', 'win32', 'E:\\approot'],
  ] as const)('%j is typed so that it arrives unchanged on %s', (text, system, typed) => {
    expect(shellQuote(text, system)).toBe(typed);
  });
});
