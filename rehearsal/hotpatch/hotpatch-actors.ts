import { copyFileSync, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fromPromise } from 'xstate';
import type { StateFile } from '../../contracts/control-api.ts';
import { request } from '../../control/client.ts';
import { toDrivePath, toHostPath } from '../../sandbox/drive-path.ts';
import { type HotpatchTarget, hashOf, type TargetProcess } from './find-target.ts';
import { type HotpatchActors, shortHash } from './hotpatch.words.ts';
import { untilGone } from './until-gone.ts';

const agent = 'WindowsAzureGuestAgent';

export interface RealActors {
  readonly actors: HotpatchActors;
  /** What may be left when the procedure is broken off. */
  readonly left: {
    /** Resolves when nothing is under way any more. */
    readonly settled: () => Promise<void>;
    readonly brokenInto: () => boolean;
    readonly copied: () => boolean;
  };
}

/** The steps as they are done to a running deployment, through the same requests as the commands make. */
export function hotpatchActors(emulator: StateFile, target: HotpatchTarget): RealActors {
  const { instance, vmRoot, file } = target;
  const underWay = new Set<Promise<unknown>>();
  let brokenInto = false;
  let copied = false;
  const actor = <Output>(act: (signal: AbortSignal) => Promise<Output>) =>
    fromPromise<Output>(({ signal }) => {
      const work = act(signal);
      underWay.add(work);
      const over = () => underWay.delete(work);
      work.then(over, over);
      return work;
    });
  const kill = async (process: TargetProcess, signal: AbortSignal) => {
    // The answer waits until the end is told, which a paused agent does not do.
    const asked = request(emulator, 'POST /kill', { target: String(process.pid), instance });
    await Promise.race([untilGone(process, signal), asked.then(() => untilGone(process, signal))]);
    return `killed ${process.name} (${process.pid})`;
  };
  const debug = (action: 'break' | 'detach') => request(emulator, 'POST /debug', { action, target: agent, instance });
  return {
    actors: {
      stage: actor(async () => stage(target)),
      breakIn: actor(async () => {
        brokenInto = true;
        await debug('break');
        return `broke into ${agent}`;
      }),
      killBootstrapper: actor(async (signal) => {
        const text = await kill(target.bootstrapper, signal);
        return brokenInto ? `broke into ${agent}, ${text}` : text;
      }),
      hostGone: actor(async (signal) => {
        await untilGone(target.host, signal);
        return `${target.host.name} (${target.host.pid}) is gone`;
      }),
      killHost: actor((signal) => kill(target.host, signal)),
      copy: actor(async () => {
        const source = toHostPath(vmRoot, file.staged);
        const { patched } = await request(emulator, 'POST /patch', { source, destination: file.drivePath, instance });
        copied = true;
        const backup = patched.map((place) => place.backup).find((path) => path !== undefined);
        const drivePath = backup === undefined ? undefined : (toDrivePath(vmRoot, backup) ?? backup);
        return {
          text: `copied to ${file.drivePath}${drivePath === undefined ? '; nothing was there before' : `, the one before is ${drivePath}`}`,
          ...(drivePath === undefined ? {} : { backup: drivePath }),
        };
      }),
      detach: actor(async () => {
        await debug('detach');
        brokenInto = false;
        return `${agent} goes on`;
      }),
      readVersion: actor((signal) => readVersion(emulator, target, signal)),
    },
    left: {
      settled: async () => void (await Promise.allSettled([...underWay])),
      brokenInto: () => brokenInto,
      copied: () => copied,
    },
  };
}

function stage({ vmRoot, file }: HotpatchTarget): string {
  const staged = toHostPath(vmRoot, file.staged);
  mkdirSync(dirname(staged), { recursive: true });
  copyFileSync(file.source, staged);
  return `copied to ${file.staged}`;
}

/** Takes back what `stage` has made, and nothing else that lies there. */
export function unstage({ vmRoot, file }: HotpatchTarget): void {
  const staged = toHostPath(vmRoot, file.staged);
  rmSync(staged, { force: true });
  const folder = dirname(staged);
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}

const lookMs = 50;

async function readVersion(emulator: StateFile, { instance, vmRoot, file }: HotpatchTarget, signal: AbortSignal) {
  if (!file.held) {
    const sha256 = hashOf(toHostPath(vmRoot, file.drivePath));
    return { text: `${file.drivePath} is ${shortHash(sha256)}, not the fix`, sha256, isFix: sha256 === file.sha256 };
  }
  for (;;) {
    const { instances } = await request(emulator, 'GET /status');
    const entry = instances.find(({ name }) => name === instance);
    const loaded = entry?.loaded?.find((candidate) => candidate.file.toLowerCase() === file.drivePath.toLowerCase());
    if (loaded !== undefined) {
      const { sha256 } = loaded;
      const text = `the new host has loaded ${shortHash(sha256)} of ${file.drivePath}, not the fix`;
      return { text, ...(sha256 === undefined ? {} : { sha256 }), isFix: sha256 === file.sha256 };
    }
    await pause(lookMs, undefined, { signal });
  }
}
