import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { safeParse } from 'zod/mini';
import { hostEndedText } from '../../../bootstrapper/details.ts';
import type { StartupTask } from '../../../bootstrapper/startup-task.machine.ts';
import { bootstrapperStory, type StoryTeller } from '../../../bootstrapper/story.ts';
import { type FromBootstrapper, fromBootstrapper } from '../../../contracts/links.ts';
import type { EventBody } from '../../../logs/event-entry.ts';
import { openBootstrapperLog } from '../../../logs/open-bootstrapper-log.ts';
import { driveLayout } from '../../../sandbox/drive-layout.ts';
import { vmDocument } from '../sandbox/vm.ts';
import { roleOf } from './play-bootstrapper.ts';

let root: string;
let sent: FromBootstrapper[];
let events: EventBody[];
let story: StoryTeller;
const file = () => join(root, 'WaHostBootstrapper.log');
/** Lines without time, process and level. */
const lines = () => readFileSync(file(), 'utf8').trimEnd().split(/\r?\n/);
const started = { pid: 42, startTicks: '7', startedAt: '2014-03-11T09:14:00.000Z' };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rolevm-story-'));
  sent = [];
  events = [];
  story = bootstrapperStory({
    layout: driveLayout(root, vmDocument()),
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
