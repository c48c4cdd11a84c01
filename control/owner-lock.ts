import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../contracts/diagnostic.ts';
import { isAlive } from '../kernel/process-table/index.ts';
import { writeAtomically } from '../kernel/write-atomically.ts';

const ownerSchema = z.object({
  pid: z.int().check(z.positive()),
  startTicks: z.string().check(z.maxLength(40)),
  token: z.string().check(z.minLength(1), z.maxLength(200)),
  released: z.optional(z.boolean()),
});

export type Owner = z.infer<typeof ownerSchema>;

export interface OwnerLock {
  readonly path: string;
  /** Gives the directory up; harmless when repeated. */
  release(): void;
}

/**
 * Makes this process the one owner of a state directory.
 *
 * The lock is `owner.<n>.lock` with the highest n, created exclusively. A stale one is not removed and written anew, which would let two
 * racers remove each other's; it is superseded by n + 1, which only one of them can create. The number never starts over: a released
 * lock stays as a marker, and only the holder of a higher number removes lower ones.
 *
 * @throws UserError RV4110 when a living process owns the directory, RV4111 when its file system knows no hard links
 */
export function acquireOwnerLock(stateDirectory: string, owner: Omit<Owner, 'released'>): OwnerLock {
  for (;;) {
    const top = highest(stateDirectory);
    if (top !== undefined && holds(top.owner)) throw ownedBy(stateDirectory, top.owner);
    const number = (top?.number ?? 0) + 1;
    if (!createExclusively(stateDirectory, number, owner)) continue;
    // Somebody slower than the others may create a number that was passed and cleared away meanwhile.
    if (numbers(stateDirectory).some((other) => other > number)) {
      rmSync(pathOf(stateDirectory, number), { force: true });
      continue;
    }
    removeBelow(stateDirectory, number);
    return { path: pathOf(stateDirectory, number), release: () => release(stateDirectory, number, owner) };
  }
}

/** @returns the living process that owns the directory, if there is one */
export function livingOwner(stateDirectory: string): Owner | undefined {
  const top = highest(stateDirectory);
  return top !== undefined && holds(top.owner) ? top.owner : undefined;
}

/** @returns the path of the lock of an owner that has ended without giving the directory up */
export function deadLock(stateDirectory: string): string | undefined {
  const top = highest(stateDirectory);
  return top === undefined || top.owner?.released === true || holds(top.owner) ? undefined : pathOf(stateDirectory, top.number);
}

export function ownedBy(stateDirectory: string, owner: Pick<Owner, 'pid'>): UserError {
  return new UserError(
    'RV4110',
    `an emulator with pid ${owner.pid} is already running over ${stateDirectory}`,
    `end it with rolevm down --state ${stateDirectory}, or give this one another directory with --state DIR`,
  );
}

function holds(owner: Owner | undefined): owner is Owner {
  return owner !== undefined && owner.released !== true && isAlive(owner);
}

function highest(directory: string): { readonly number: number; readonly owner: Owner | undefined } | undefined {
  const number = Math.max(...numbers(directory), 0);
  return number === 0 ? undefined : { number, owner: readOwner(pathOf(directory, number)) };
}

function numbers(directory: string): readonly number[] {
  return readdirSync(directory).flatMap((name) => {
    const match = /^owner\.(\d{1,15})\.lock$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
}

function readOwner(path: string): Owner | undefined {
  try {
    return z.parse(ownerSchema, JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** A hard link to a finished file: a reader never sees a lock that exists but does not yet say whose it is. */
function createExclusively(directory: string, number: number, owner: Owner): boolean {
  const draft = join(directory, `owner.${process.pid}-${process.hrtime.bigint()}.draft`);
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
  try {
    linkSync(draft, pathOf(directory, number));
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new UserError(
      'RV4111',
      `the state directory ${directory} cannot be locked: ${message}`,
      'choose one on a local disk with --state DIR',
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

function removeBelow(directory: string, number: number): void {
  for (const lower of numbers(directory).filter((other) => other < number)) rmSync(pathOf(directory, lower), { force: true });
}

function release(directory: string, number: number, owner: Owner): void {
  const path = pathOf(directory, number);
  if (readOwner(path)?.token === owner.token) writeAtomically(path, JSON.stringify({ ...owner, released: true }), { mode: 0o600 });
}

function pathOf(directory: string, number: number): string {
  return join(directory, `owner.${number}.lock`);
}
