import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedItem } from '../../../contracts/control-api.ts';
import { namesOf, processesOf } from '../../support/emulator/processes-of.ts';
import { type Place, places, program, type RunningEmulator } from '../../support/emulator/start-emulator.ts';

const openPlace = places(afterEach);
let place: Place;
let up: RunningEmulator;
beforeEach(() => {
  place = openPlace('stopping');
});

async function started(timings: Parameters<Place['up']>[0] = {}): Promise<void> {
  up = place.up(timings);
  await up.ready();
  await up.story.output('Foreground_IN_0', 'in the foreground');
  await up.story.output('Foreground_IN_0', 'in the background');
}

function letGo(role: 'Patient' | 'Foreground'): void {
  writeFileSync(join(place.file(`${role}_IN_0`, 'C/Resources/Directory'), `${place.deployment().id}.${role}.Kept`, 'let-go'), '');
}

const indexOf = (matches: (item: FeedItem) => boolean) => up.story.items.findIndex(matches);
const isOutput = (line: string) => (item: FeedItem) => item.type === 'output' && item.line === line;
const isEnd = (instance: string, name: string) => (item: FeedItem) =>
  item.type === 'process.ended' && item.instance === instance && item.name === name;

/** A role that has not come so far has no folder, and no OnStop either. */
function letGoWhereStarted(): void {
  for (const role of ['Patient', 'Foreground'] as const) {
    if (existsSync(place.file(`${role}_IN_0`, `C/Resources/Directory/${place.deployment().id}.${role}.Kept`))) letGo(role);
  }
}

describe('Ctrl-C', () => {
  it('waits for a slow OnStop and shows meanwhile what it waits for', async () => {
    await started();
    letGo('Foreground');
    up.pressCtrlC();
    await up.story.item('stopping', () => true);
    await up.story.output('Patient_IN_0', 'OnStop begins');
    await up.story.status('Patient_IN_0', 'StoppingRole');
    await up.story.status('Foreground_IN_0', 'StoppedVM');
    const { deployment, instances } = await up.status();
    expect(deployment.status).toBe('Suspending');
    expect(instances.map(({ name, state, portalState }) => [name, state, portalState])).toEqual([
      ['Patient_IN_0', 'StoppingRole', 'Stopping'],
      ['Foreground_IN_0', 'StoppedVM', 'Stopped'],
    ]);
    letGo('Patient');
    expect((await up.keeper).exitCode).toBe(0);
    expect(up.errors()).toBe('');
    const host = await up.story.ended('Patient_IN_0', 'WaWorkerHost');
    expect(host.cause).toEqual({ kind: 'asked', code: 0 });
    expect(indexOf(isOutput('OnStop ends'))).toBeLessThan(indexOf((item) => item.type === 'stopped'));
    expect(up.story.printed('Patient_IN_0')).toEqual(['OnStop begins', 'OnStop ends']);
    expect(up.story.states('Patient_IN_0').slice(-4)).toEqual(['ReadyRole', 'StoppingRole', 'StoppingVM', 'StoppedVM']);
    expect(up.story.items.at(-1)?.type).toBe('stopped');
  });

  it('ends the services in reverse order of their start', async () => {
    await started();
    letGo('Patient');
    letGo('Foreground');
    up.pressCtrlC();
    await up.keeper;
    const order = ['WaWorkerHost', 'WaHostBootstrapper', 'WindowsAzureGuestAgent', 'WaAppAgent'].map((name) =>
      indexOf(isEnd('Patient_IN_0', name)),
    );
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect((await up.story.ended('Patient_IN_0', 'WaHostBootstrapper')).cause).toEqual({ kind: 'exited', code: 0 });
  });

  it('kills a host whose OnStop takes longer than its five minutes', async () => {
    await started({ timings: { onStopMs: 60_000 } });
    letGo('Foreground');
    up.pressCtrlC();
    const { at: stopping } = await up.story.item(
      'status',
      ({ instance }) => instance.state === 'StoppingRole' && instance.name === 'Patient_IN_0',
    );
    const { at: ended, cause } = await up.story.ended('Patient_IN_0', 'WaWorkerHost');
    expect(cause).toEqual({ kind: 'timedOut', signal: 'SIGKILL' });
    expect(Date.parse(ended) - Date.parse(stopping)).toBeGreaterThan(onStopAtThisSpeedMs - toleranceMs);
    expect((await up.keeper).exitCode).toBe(0);
    expect(up.story.printed('Patient_IN_0')).toEqual(['OnStop begins']);
  });

  it('pressed again ends everything now and leaves nothing, stopped processes included', async () => {
    await started();
    const host = (await up.ps()).find(({ instance, name }) => instance === 'Foreground_IN_0' && name === 'WaWorkerHost');
    process.kill(host?.pid ?? 0, 'SIGSTOP');
    up.pressCtrlC();
    await up.story.output('Patient_IN_0', 'OnStop begins');
    await pause(sameKeyMs);
    up.pressCtrlC();
    expect((await up.keeper).exitCode).toBe(130);
    expect(namesOf(processesOf(place.stateDirectory))).toBe('');
    expect(up.errors()).toMatch(/^rolevm up ended without stopping everything; \d+ processes were ended for it\n$/);
    expect(up.story.printed('Patient_IN_0')).toEqual(['OnStop begins']);
    expect((await place.rolevm('status')).exitCode).toBe(3);
  });

  it('during a start stops what there is so far', async () => {
    up = place.up();
    await up.story.status('Patient_IN_0', 'StartingVM');
    up.pressCtrlC();
    await up.story.item('stopping', () => true);
    letGoWhereStarted();
    expect((await up.keeper).exitCode).toBe(0);
    for (const instance of ['Patient_IN_0', 'Foreground_IN_0']) expect(up.story.states(instance).at(-1)).toBe('StoppedVM');
  });
});

describe('a foreground task', () => {
  it('holds up the stop after OnStop until it ends, a background task does not', async () => {
    await started();
    letGo('Patient');
    up.pressCtrlC();
    const from = up.story.now;
    await up.story.ended('Foreground_IN_0', 'WaWorkerHost', from);
    await up.story.status('Patient_IN_0', 'StoppedVM', from);
    const { instances } = await up.status();
    expect(instances.find(({ role }) => role === 'Foreground')?.state).toBe('StoppingRole');
    letGo('Foreground');
    expect((await up.keeper).exitCode).toBe(0);
    expect((await up.story.ended('Foreground_IN_0', 'foreground.js', from)).cause).toEqual({ kind: 'exited', code: 0 });
    expect((await up.story.ended('Foreground_IN_0', 'background.js', from)).cause).toEqual({ kind: 'jobClosed', signal: 'SIGKILL' });
    expect(indexOf(isOutput('OnStop'))).toBeLessThan(indexOf(isOutput('let go')));
  });
});

describe('other signals', () => {
  it.each(['SIGTERM', 'SIGHUP'] as const)('%s to the keeper stops in order', async (signal) => {
    await started();
    letGo('Patient');
    letGo('Foreground');
    process.kill(up.keeperPid, signal);
    expect((await up.keeper).exitCode).toBe(0);
    expect(up.story.printed('Patient_IN_0')).toEqual(['OnStop begins', 'OnStop ends']);
    expect(up.story.items.at(-1)?.type).toBe('stopped');
  });
});

describe.skipIf(!hasScript())('Ctrl-C at a terminal', () => {
  it('reaches only rolevm up, which says how to end at once and stops in order', async () => {
    // In place of the shell, which would end by the same Ctrl-C.
    const command = `exec '${process.execPath}' '${program}' up '${place.service}' --speed 40`;
    const terminal = execa('script', ['-qefc', command, '/dev/null'], {
      cwd: place.service,
      env: { ...place.env, TERM: 'xterm' },
      extendEnv: false,
      reject: false,
      stdin: 'pipe',
      buffer: false,
    });
    let shown = '';
    const shows = (text: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (!shown.includes(text)) return;
          terminal.stdout.off('data', look);
          resolve();
        };
        terminal.stdout.on('data', look);
        terminal.stdout.once('end', () => reject(new Error(`the terminal never showed "${text}":\n${shown}`)));
        look();
      });
    terminal.stdout.on('data', (chunk) => {
      shown += String(chunk);
    });
    await shows('Try in another terminal');
    await shows('in the foreground');
    terminal.stdin.write('\u0003');
    await shows('stopping in order; Ctrl-C again ends everything now');
    await shows('OnStop begins');
    letGo('Patient');
    letGo('Foreground');
    expect((await terminal).exitCode).toBe(0);
    expect(shown).toContain('OnStop ends');
    expect(shown.trimEnd()).toMatch(/stopped$/);
  });
});

function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes('util-linux');
  } catch {
    return false;
  }
}

/** Real milliseconds until a Ctrl-C is taken for another one, and a little more. */
const sameKeyMs = 600;

/** Sixty seconds of Azure's at forty times the speed. */
const onStopAtThisSpeedMs = 1_500;

/** Two stamps are made in two processes. */
const toleranceMs = 50;
