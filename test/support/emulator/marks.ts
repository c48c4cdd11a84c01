import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { VmEventName } from '../../../contracts/events.ts';
import type { VmDocument } from '../../../contracts/vm-document.ts';
import { request } from '../../../control/client.ts';
import { runningState } from '../../../control/state-file.ts';
import type { Place, RunningEmulator } from './start-emulator.ts';

/** The drives of an instance of the service `marked`, by what they are for. */
export type MarkedDrive = 'C' | 'D' | 'roleDrive';
export const markedDrives = ['C', 'D', 'roleDrive'] as const;

/** Names of the files that were left on the drives: each start of the role leaves some of its own. */
export type Marks = Readonly<Record<MarkedDrive, readonly string[]>>;

/** A copy of the service with so many instances. */
export function withInstances(count: number): (folder: string) => void {
  return (folder) => {
    const file = join(folder, 'ServiceConfiguration.cscfg');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/count="\d+"/, `count="${count}"`));
  };
}

export function vmOf(place: Place, instance: string): VmDocument {
  return JSON.parse(readFileSync(place.file(instance, 'vm.json'), 'utf8')) as VmDocument;
}

export function marksOn(place: Place, instance: string): Marks {
  const on = (letter: string) => {
    const folder = place.file(instance, `${letter}/marks`);
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  };
  return { C: on('C'), D: on('D'), roleDrive: on(vmOf(place, instance).roleDrive) };
}

/** Leaves a file on each drive, as somebody who has signed in to the instance does. */
export function markByHand(place: Place, instance: string): void {
  for (const letter of ['C', 'D', vmOf(place, instance).roleDrive]) {
    const file = place.file(instance, `${letter}/marks/hand.${randomUUID()}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
  }
}

/** What has become of a drive: `P` when every former file is there, `R` when none is (AB 6.1), else what is left of them. */
export function fateOf(before: readonly string[], after: readonly string[]): string {
  const left = before.filter((name) => after.includes(name));
  if (left.length === before.length) return 'P';
  return left.length === 0 ? 'R' : left.join();
}

/** Asks for an event as the commands do, those among them that have no command of their own. */
export async function raise(place: Place, event: VmEventName, instance: string): Promise<void> {
  const state = runningState(place.stateDirectory);
  if (state === undefined) throw new Error('no emulator runs');
  await request(state, 'POST /event', { event, instance });
}

/** Lets an event happen and waits until the role is Ready again; a stop is followed by its start. @returns where its story begins */
export async function happens(place: Place, up: RunningEmulator, event: VmEventName, instance: string): Promise<number> {
  const from = up.story.now;
  if (event === 'start') {
    await raise(place, 'stop', instance);
    await up.story.status(instance, 'StoppedVM', from);
  }
  await raise(place, event, instance);
  await up.story.status(instance, 'ReadyRole', from);
  return from;
}
