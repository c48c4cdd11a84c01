import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { FeedItem, InstanceEntry } from '../../../contracts/control-api.ts';
import type { HotpatchFile, HotpatchReport } from '../../../contracts/hotpatch-report.ts';
import type { TaskModel } from '../../../contracts/role-model.ts';
import { painter } from '../../../control/colour.ts';
import { freshRun, type HotpatchRun } from '../../../rehearsal/hotpatch/hotpatch.words.ts';
import { hotpatchSuite } from '../../../rehearsal/hotpatch/hotpatch-junit.ts';
import { judgeRun } from '../../../rehearsal/hotpatch/judge-run.ts';
import { stepLine, verdictLines } from '../../../rehearsal/hotpatch/report-lines.ts';
import { notStarted, observeStart, type RoleStart, taskRuns } from '../../../rehearsal/hotpatch/role-start.ts';
import { junitXml } from '../../../rehearsal/junit.ts';

const instance = 'W_IN_0';
const at = (ms: number) => new Date(ms).toISOString();
const started = (ms: number, name: string, pid: number, index?: number): FeedItem => ({
  type: 'process.started',
  at: at(ms),
  instance,
  name,
  pid,
  ...(index === undefined ? {} : { task: { index, type: 'simple', context: 'elevated' } }),
});
const ended = (ms: number, name: string, pid: number, code: number): FeedItem => ({
  type: 'process.ended',
  at: at(ms),
  instance,
  name,
  pid,
  cause: { kind: 'exited', code },
});
const status = (ms: number, state: InstanceEntry['state'], details = ''): FeedItem => ({
  type: 'status',
  at: at(ms),
  instance: { name: instance, state, details } as InstanceEntry,
});
const observed = (...items: readonly FeedItem[]) =>
  items.reduce<RoleStart>((start, item) => observeStart(start, instance, item), notStarted);
const tasks: readonly TaskModel[] = (['node a.js', 'node b.js', 'c.js'] as const).map((commandLine, index) => ({
  commandLine,
  taskType: index === 2 ? 'background' : 'simple',
  executionContext: 'limited',
  relativePath: 'approot\\',
  environment: [],
}));

describe('a start that is observed', () => {
  it('begins with the new bootstrapper: what the old role still does is none of it', () => {
    const start = observed(
      started(1, 'x.js', 9, 0),
      status(2, 'ReadyRole'),
      status(3, 'RestartingRole'),
      started(4, 'WaHostBootstrapper', 10),
    );
    expect(start).toEqual({ tasks: [], bootstrapper: { pid: 10, at: 4 } });
  });

  it('ends with the first failure; what a second one does is not looked at', () => {
    const first = [
      started(1, 'WaHostBootstrapper', 10),
      started(2, 'node', 11, 0),
      ended(3, 'node', 11, 3),
      status(4, 'RestartingRole', 'failed'),
    ];
    const start = observed(...first, started(5, 'WaHostBootstrapper', 12), started(6, 'node', 13, 0), status(7, 'CyclingRole', 'again'));
    expect(start).toEqual({
      bootstrapper: { pid: 10, at: 1 },
      tasks: [{ index: 0, pid: 11, ended: { kind: 'exited', code: 3 } }],
      failure: { at: 4, state: 'RestartingRole', details: 'failed' },
    });
  });

  it('is lost with its VM at any time', () => {
    expect(observed(status(1, 'StartingVM')).failure).toMatchObject({ state: 'StartingVM' });
  });

  it('tells tasks of the same program apart, and finds the simple one that cannot run twice', () => {
    const start = observed(
      started(1, 'WaHostBootstrapper', 10),
      started(2, 'node', 11, 0),
      ended(3, 'node', 11, 0),
      started(4, 'node', 12, 1),
      ended(5, 'node', 12, 3),
    );
    expect(taskRuns(tasks, start, (index) => [`line of ${index}`])).toEqual([
      { commandLine: 'node a.js', taskType: 'simple', ranAgain: true, ended: 'exited with code 0', repeatable: true },
      {
        commandLine: 'node b.js',
        taskType: 'simple',
        ranAgain: true,
        ended: 'exited with code 3',
        repeatable: false,
        lastLines: ['line of 1'],
      },
      { commandLine: 'c.js', taskType: 'background', ranAgain: false, repeatable: true },
    ]);
  });
});

const file: HotpatchFile = {
  source: '/f/W.dll',
  sha256: 'new',
  drivePath: 'E:\\approot\\W.dll',
  staged: 'C:\\HotPatch\\W.dll',
  before: 'old',
  held: true,
};
const good: HotpatchRun = {
  ...freshRun,
  killedAt: 1_000,
  hostGoneAt: 1_300,
  copiedAt: 1_320,
  backup: 'E:\\approot\\W.dll.bak',
  running: 'new',
  start: { tasks: [], host: { name: 'WaWorkerHost', pid: 3, at: 3_300 } },
};

describe('the verdict', () => {
  it('measures the window, the end of the host and the copy in Azure time', () => {
    expect(judgeRun(good, { file, speed: 10, tasks: [] })).toEqual({
      passed: true,
      reasons: [],
      windowMs: 20_000,
      hostEnded: { afterKillMs: 3_000, by: 'its job' },
      copy: { afterHostEndedMs: 200, beforeNewHostMs: 19_800, backup: 'E:\\approot\\W.dll.bak' },
      version: { before: 'old', wanted: 'new', running: 'new' },
      tasks: [],
    });
  });

  it('names the task that is not repeatable before the step that failed by it', () => {
    const task = { commandLine: 'once.cmd', taskType: 'simple', ranAgain: true, ended: 'exited with code 3', repeatable: false } as const;
    const steps = [{ step: 6, outcome: 'failed', text: 'RestartingRole: …', atMs: 1 }] as const;
    const { passed, reasons } = judgeRun({ ...good, steps }, { file, speed: 1, tasks: [task] });
    expect(passed).toBe(false);
    expect(reasons).toEqual([
      'startup task "once.cmd" cannot run a second time: it exited with code 3. A hot patch makes this role recycle',
      'step 6: RestartingRole: …',
    ]);
  });

  it('is not passed when a simple task has not run again, another version runs, or it was broken off', () => {
    const task = { commandLine: 'a.cmd', taskType: 'simple', ranAgain: false, repeatable: true } as const;
    expect(judgeRun(good, { file, speed: 1, tasks: [task] }).reasons).toEqual(['startup task "a.cmd" has not run again']);
    expect(judgeRun({ ...good, running: 'old' }, { file, speed: 1, tasks: [] }).reasons).toEqual(['the fix does not run']);
    expect(judgeRun({ ...good, interrupted: true }, { file, speed: 1, tasks: [] }).reasons).toEqual(['it was broken off']);
  });
});

const report: HotpatchReport = {
  formatVersion: 1,
  kind: 'hotpatch',
  service: 'S',
  deployment: 'running',
  role: 'W',
  instance,
  mode: 'window',
  speed: 10,
  startedAt: '2026-11-21T12:49:41.123Z',
  interrupted: false,
  file,
  steps: [
    { step: 1, outcome: 'done', text: 'copied to C:\\HotPatch\\<W> & "more".dll', atMs: 1_000 },
    { step: 4, outcome: 'not needed', text: 'gone with its job', atMs: 4_000 },
    { step: 6, outcome: 'failed', text: 'RestartingRole', atMs: 34_000 },
    { step: 7, outcome: 'not reached', text: 'not reached' },
  ],
  verdict: judgeRun(
    { ...good, steps: [{ step: 6, outcome: 'failed', text: 'RestartingRole', atMs: 1 }] },
    {
      file,
      speed: 10,
      tasks: [
        {
          commandLine: 'once.cmd',
          taskType: 'simple',
          ranAgain: true,
          ended: 'exited with code 3',
          repeatable: false,
          lastLines: ['\u001b[31mno\u0000 ]]> <b>\ud800'],
        },
      ],
      fates: [
        { event: 'recycle', becomes: 'stays' },
        { event: 'reimage', becomes: 'reset' },
      ],
    },
  ),
};

describe('the JUnit report', () => {
  const xml = junitXml(hotpatchSuite(report));

  it('is well-formed whatever the texts hold', () => {
    expect(XMLValidator.validate(xml)).toBe(true);
    expect(xml).toContain('&lt;W&gt; &amp; &quot;more&quot;');
    for (const bad of ['\u0000', '\u001b', '\ud800']) expect(xml).not.toContain(bad);
    expect(xml).toContain('no ]]&gt; &lt;b&gt;');
  });

  it('has a case for each step and one for the verdict, with real seconds, and counts them', () => {
    const { testsuites } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(xml);
    expect(testsuites.testsuite).toMatchObject({ tests: '5', failures: '2', errors: '0', skipped: '2', timestamp: '2026-11-21T12:49:41' });
    const cases = testsuites.testsuite.testcase as readonly Record<string, unknown>[];
    expect(cases.map(({ name, time }) => [name, time])).toEqual([
      ['1 Copy the fix to C:', '0.100'],
      ['4 Kill the role host by hand if it stays', '0.300'],
      ['6 Wait until the guest agent has started the role again', '3.000'],
      ['7 Test: the new version runs', '0.000'],
      ['Verdict', '0.000'],
    ]);
    expect(cases[1]).toHaveProperty('skipped');
    expect(cases[4]).toHaveProperty('failure');
  });
});

describe('what is printed', () => {
  const plain = painter(false);

  it('tells a step with its moment, and one that was not reached without', () => {
    expect(report.steps.map((step) => stepLine(step, plain))).toEqual([
      '   +1.0 s  1 ✓ copied to C:\\HotPatch\\<W> & "more".dll',
      '   +4.0 s  4 - gone with its job',
      '  +34.0 s  6 ✗ RestartingRole',
      '           7   not reached',
    ]);
  });

  it('tells the reasons with the last lines of the task below its own, what each event makes of the fix, and the way back', () => {
    const lines = verdictLines(report, plain, 'rolevm');
    expect(lines.slice(1, 5)).toEqual([
      'FAILED',
      '  startup task "once.cmd" cannot run a second time: it exited with code 3. A hot patch makes this role recycle',
      '    | no ]]> <b>\ud800',
      '  step 6: RestartingRole',
    ]);
    expect(lines).toContain('  it stays at    recycle');
    expect(lines).toContain('  it is lost at  reimage');
    expect(lines.at(-1)).toContain("rolevm patch --revert 'E:\\approot\\W.dll' --instance W_IN_0 --wait");
  });
});
