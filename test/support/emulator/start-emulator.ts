import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { execa, type Subprocess } from 'execa';
import type { KillResult, PsEntry, StatusDocument } from '../../../contracts/control-api.ts';
import type { DeploymentDocument } from '../../../contracts/deployment.ts';
import type { TimingName } from '../../../contracts/timings.ts';
import { runningState } from '../../../control/state-file.ts';
import { killIdentity } from '../../../kernel/process-table/index.ts';
import { nothingLeft, processesOf } from './processes-of.ts';
import { Story } from './story.ts';

const repository = resolve(import.meta.dirname, '../../..');

/** The command as the build makes it. */
export const program = join(repository, 'dist/rolevm.cjs');

/** Speed of the tests unless they name one: the 20 seconds before a lost bootstrapper is started again last half a second. */
const usualSpeed = 40;

export interface StartOptions {
  readonly speed?: number;
  /** Azure milliseconds. */
  readonly timings?: Partial<Record<TimingName, number>>;
  /** What rolevm.json says beside them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further arguments of `rolevm up`. */
  readonly args?: readonly string[];
}

export interface CommandResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a copy of a fixture service and the state of its emulators, one after the other. */
export interface Place {
  readonly service: string;
  readonly stateDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs `rolevm` with `--json`; never rejects. */
  rolevm(...args: readonly string[]): Promise<CommandResult>;
  /** `rolevm up` in the foreground, its story followed. */
  up(options?: StartOptions): RunningEmulator;
  deployment(): DeploymentDocument;
  /** Host path of a file of an instance: `file('Worker_IN_0', 'E/approot/Worker.dll')`. */
  file(instance: string, path: string): string;
  /** Ends whatever is left, removes the folder. @throws Error naming the processes that were left over */
  close(): Promise<void>;
}

export interface RunningEmulator {
  readonly story: Story;
  /** The keeper: the process that the user has started. It leads a process group of its own, as a command in a terminal does. */
  readonly keeper: Subprocess;
  readonly keeperPid: number;
  /** Everything on stderr so far. */
  errors(): string;
  ps(): Promise<PsEntry[]>;
  status(): Promise<StatusDocument>;
  /** @throws Error when the command refuses */
  kill(target: string | number, instance?: string): Promise<KillResult>;
  /** Resolves when every instance has become Ready and commands are heard. */
  ready(from?: number): Promise<void>;
  /** What a terminal does on Ctrl-C: the signal reaches the whole foreground group. */
  pressCtrlC(): void;
  /** Stops it in order. @returns its exit code */
  stop(): Promise<number | undefined>;
}

/**
 * How a test file opens its places: whatever it opens is closed by the hook, and the test fails when a process was left over.
 *
 * @param hook vitest's afterEach, or afterAll for an emulator that the tests of a group share
 */
export function places(hook: (close: () => Promise<void>) => void): (service: string, change?: (folder: string) => void) => Place {
  const open: Place[] = [];
  hook(async () => {
    const results = await Promise.allSettled(open.splice(0).map((place) => place.close()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  });
  return (service, change) => {
    const place = openPlace(service, change);
    open.push(place);
    return place;
  };
}

/**
 * Copies a service of test/fixtures/services into a new folder.
 *
 * @param change changes the copy before it runs
 */
function openPlace(service: string, change: (folder: string) => void = () => {}): Place {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'rolevm-emulator-')));
  const folder = join(root, 'service');
  const stateDirectory = join(root, 'state');
  cpSync(join(repository, 'test/fixtures/services', service), folder, { recursive: true });
  change(folder);
  const { PATH = '', HOME = root } = process.env;
  // What nobody in a VM may ever see stands among them.
  const env = { PATH, HOME, ROLEVM_STATE: stateDirectory, SECRET_OF_THE_USER: 'not for roles' };
  const rolevm: Place['rolevm'] = async (...args) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args, '--json'], {
      cwd: root,
      env,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    });
    return { exitCode, stdout, stderr };
  };
  const emulators: RunningEmulator[] = [];
  const place: Place = {
    service: folder,
    stateDirectory,
    env,
    rolevm,
    up: (options = {}) => {
      const emulator = startEmulator(place, root, options);
      emulators.push(emulator);
      return emulator;
    },
    deployment: () => JSON.parse(readFileSync(join(stateDirectory, 'deployment.json'), 'utf8')) as DeploymentDocument,
    file: (instance, path) => join(stateDirectory, 'vms', instance, path),
    close: () => closePlace(stateDirectory, root, emulators),
  };
  return place;
}

function startEmulator(
  place: Place,
  cwd: string,
  { speed = usualSpeed, timings = {}, settings = {}, args = [] }: StartOptions,
): RunningEmulator {
  writeFileSync(join(place.service, 'rolevm.json'), JSON.stringify({ ...settings, timings }));
  const keeper = execa(process.execPath, [program, 'up', place.service, '--json', '--speed', String(speed), ...args], {
    cwd,
    env: place.env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    buffer: { stdout: false, stderr: true },
    detached: true,
    cleanup: false,
  });
  const story = new Story();
  let errors = '';
  keeper.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const lines = createInterface({ input: keeper.stdout });
  lines.on('line', (line) => story.add(line));
  lines.once('close', () => story.end());
  const keeperPid = keeper.pid;
  if (keeperPid === undefined) throw new Error('rolevm up could not be started');
  const ask = async (...words: readonly string[]) => {
    const { exitCode, stdout, stderr } = await place.rolevm(...words);
    if (exitCode !== 0) throw new Error(`rolevm ${words.join(' ')} ended with ${exitCode}: ${stderr}`);
    return JSON.parse(stdout);
  };
  return {
    story,
    keeper,
    keeperPid,
    errors: () => errors,
    ps: () => ask('ps'),
    status: () => ask('status'),
    kill: (target, instance) => ask('kill', String(target), ...(instance === undefined ? [] : ['--instance', instance])),
    ready: async (from = 0) => {
      await everyInstance(story, from);
      await reachable(place.stateDirectory, keeperPid, () => keeper.exitCode !== null || keeper.signalCode !== null);
    },
    pressCtrlC: () => process.kill(-keeperPid, 'SIGINT'),
    stop: async () => {
      keeper.kill('SIGTERM');
      return (await keeper).exitCode;
    },
  };
}

/** Every instance is placed before the first one starts: the first items name them all. */
async function everyInstance(story: Story, from: number): Promise<void> {
  await story.item('status', ({ instance }) => instance.state === 'StartingVM');
  const names = new Set(story.of('status').map(({ instance }) => instance.name));
  await Promise.all([...names].map((name) => story.status(name, 'ReadyRole', from)));
}

/** The control server opens a moment after the VMs are told to start. */
async function reachable(stateDirectory: string, keeperPid: number, ended: () => boolean): Promise<void> {
  while (runningState(stateDirectory)?.keeperPid !== keeperPid) {
    if (ended()) throw new Error('the emulator ended before a command could reach it');
    await pause(lookAgainMs);
  }
}

const lookAgainMs = 10;

/** Real milliseconds in which an emulator that was told to end has long done so. */
const endMs = 20_000;

async function closePlace(stateDirectory: string, root: string, emulators: readonly RunningEmulator[]): Promise<void> {
  const running = emulators.filter(({ keeper }) => keeper.exitCode === null && keeper.signalCode === null);
  for (const { keeper } of running) keeper.kill('SIGTERM');
  const ended = Promise.all(running.map(({ keeper }) => keeper));
  const patience = new AbortController();
  await Promise.race([ended, pause(endMs, undefined, { signal: patience.signal }).catch(() => {})]);
  patience.abort();
  try {
    await nothingLeft(stateDirectory, 0);
  } finally {
    for (let left = processesOf(stateDirectory); left.length > 0; left = processesOf(stateDirectory)) {
      for (const entry of left) killIdentity(entry, 'SIGKILL');
      await pause(lookAgainMs);
    }
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}
