import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { safeParse } from 'zod/mini';
import { hostEndedText } from '../../../bootstrapper/details.ts';
import type { StartupTask } from '../../../bootstrapper/startup-task.machine.ts';
import { bootstrapperStory, type StoryTeller } from '../../../bootstrapper/story.ts';
import { type FromBootstrapper, fromBootstrapper } from '../../../contracts/links.ts';
import { resolveTimings } from '../../../contracts/timings.ts';
import type { EventBody } from '../../../logs/event-entry.ts';
import { openBootstrapperLog } from '../../../logs/open-bootstrapper-log.ts';
import { type DriveLayout, driveLayout, type Place } from '../../../sandbox/drive-layout.ts';
import { vmDocument } from '../sandbox/vm.ts';
import { roleOf } from './play-bootstrapper.ts';

let root: string;
let sent: FromBootstrapper[];
let events: EventBody[];
let story: StoryTeller;
let layout: DriveLayout;
const file = () => join(root, 'WaHostBootstrapper.log');
/** Lines without time, process and level. */
const lines = () => readFileSync(file(), 'utf8').trimEnd().split(/\r?\n/);
const started = { pid: 42, startTicks: '7', startedAt: '2014-03-11T09:14:00.000Z' };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rolevm-story-'));
  sent = [];
  events = [];
  layout = driveLayout(root, vmDocument());
  story = bootstrapperStory({
    timings: resolveTimings(1),
    layout,
    log: openBootstrapperLog(file()),
    events: { write: (event) => events.push(event), close: () => {} },
    link: { send: (message) => sent.push(message), drain: (then) => then() },
  });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const task = (changes: Partial<StartupTask['model']> = {}): StartupTask => {
  const [first] = roleOf('simple').tasks;
  if (first === undefined) throw new Error('no task');
  return { ...first, model: { ...first.model, commandLine: 'prepare.js --all', ...changes } };
};

describe("the bootstrapper's story", () => {
  it('tells a task as Azure writes it: type number, working directory, line', () => {
    story.openRole(roleOf());
    story.taskStarted(task(), started);
    story.taskEnded(task(), { kind: 'exited', code: 3010 });
    const text = lines().join('\n');
    expect(text).toContain('Executing Startup Task type=0 rolemodule=(null) cmd="E:\\approot\\.\\prepare.js --all"');
    expect(text).toContain('Program "E:\\approot\\.\\prepare.js --all" exited with 0x00000bc2. Working Directory = E:\\approot');
  });

  it.each([
    [{ kind: 'exited', code: 0 }, '0x00000000', 2],
    [{ kind: 'exited', code: -1 }, '0xffffffff', 1],
    [{ kind: 'killed', signal: 'SIGKILL' }, 'killed by SIGKILL', 1],
  ] as const)('tells the end of a task: %o', (cause, words, entries) => {
    story.openRole(roleOf());
    story.taskStarted(task(), started);
    story.taskEnded(task(), cause);
    expect(lines().at(-1)).toContain(words);
    expect(events).toHaveLength(entries);
  });

  it('reports a task by its image name, with its type and how it is run, and again when it has ended', () => {
    story.taskStarted(task({ taskType: 'background', executionContext: 'elevated' }), started);
    story.taskEnded(task(), { kind: 'exited', code: 0 });
    expect(
      sent.map((message) => message.type === 'process' && [message.process.name, message.process.state, message.process.ended]),
    ).toEqual([
      ['prepare.js', 'running (background, elevated)', undefined],
      ['prepare.js', 'ended', { kind: 'exited', code: 0 }],
    ]);
  });

  it('reports no process for a task or host that could not be started', () => {
    story.openRole(roleOf());
    story.taskEnded(task(), { kind: 'notStarted', detail: 'no such program' });
    story.hostEnded({ kind: 'notStarted', detail: 'spawn ENOENT' });
    expect(sent).toEqual([]);
    expect(lines().at(-1)).toContain('could not be started: spawn ENOENT');
  });

  it('says of every wait what for, from whom, for how long, and what that one has said last, in the log and to the user', () => {
    const output = (place: Place, text: string) => {
      mkdirSync(dirname(place.host), { recursive: true });
      writeFileSync(place.host, text);
    };
    output(layout.hostOutput('WaWorkerHost'), 'a\nflushing…\n');
    output(layout.taskOutput(0, task().model.commandLine), 'copying…\n');
    story.openRole(roleOf());
    story.taskStarted(task(), started);
    story.hostStarted({ ...started, pid: 43 });
    sent.length = 0;
    for (const what of ['onStart', 'onStop', 'exit', 'kill'] as const) story.waits(what, []);
    for (const what of ['task', 'foreground'] as const) story.waits(what, [task()]);
    const told = sent.map((message) => (message.type === 'notice' ? message.text : ''));
    expect(told).toEqual([
      'WaWorkerHost (43) has not returned from OnStart for 300 s; it is waited for without limit. Its last lines:\n  a\n  flushing…',
      'WaWorkerHost (43) has not returned from OnStop after 300 s; it is killed. Its last lines:\n  a\n  flushing…',
      'WaWorkerHost (43) has not ended 5 s after OnStop returned; it is killed. Its last lines:\n  a\n  flushing…',
      'WaWorkerHost (43) was killed and has not ended after 5 s; the role ends without it.',
      'Startup task "prepare.js --all" (42) runs for 300 s now; the role waits for its end without limit. Its last lines:\n  copying…',
      'The role cannot end: foreground task "prepare.js --all" (42) still runs 300 s after it; it is waited for without limit. Its last lines:\n  copying…',
    ]);
    for (const text of told) expect(lines().join('\n')).toContain(text.split('\n')[0]);
  });

  it('says everything in messages that the guest agent accepts, however much role code had to say', () => {
    const long = 'x'.repeat(50_000);
    story.openRole(roleOf());
    story.taskStarted(task({ commandLine: `prepare.js ${long}` }), started);
    story.hostStarted(started);
    story.phase('StartingRole', long);
    story.hostEnded({ kind: 'crashed', detail: long });
    story.outcome({ kind: 'hostExited', details: long });
    story.outcome({
      kind: 'hostExited',
      details: hostEndedText({ kind: 'exited', code: 1 }, { type: 'host.failed', phase: 'run', detail: 'y'.repeat(20_000) }),
    });
    expect(sent).toHaveLength(6);
    for (const message of sent) expect(safeParse(fromBootstrapper, message).success, message.type).toBe(true);
  });
});
