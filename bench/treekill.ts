import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import treeKill from 'tree-kill';
import { endJob } from '../kernel/job-object/index.ts';
import { isAlive, killIdentity, type ProcessIdentity, processIdentity } from '../kernel/process-table/index.ts';
import { becomeSubreaper, reapAdopted } from '../kernel/subreaper/index.ts';
import { alternate, median, milliseconds, printRows } from './support/figures.ts';
import { environment, numberOption, root, scratch } from './support/surroundings.ts';

/*
 * Ends a tree of twenty processes at once, as a job is ended after its grace period: half of them are nested, the others in sessions of
 * their own or double-forked with an empty environment. Once as rolevm ends a job, once with the package tree-kill alone.
 */

const size = 20;
/** What marks a job where orphans get out of sight. */
const marker = { ROLEVM_BENCH: `tree-${process.pid}` };
/** Real milliseconds in which what was killed is gone from the process table. */
const dyingMs = 1_000;
const longestStartMs = 30_000;

const pids = join(scratch, 'pids');
const subreaper = becomeSubreaper();
reapAdopted();

interface Tree {
  readonly root: number;
  readonly members: readonly ProcessIdentity[];
}

async function growTree(): Promise<Tree> {
  writeFileSync(pids, '');
  const child = spawn(process.execPath, [join(root, 'bench', 'bare', 'tree.cjs'), pids], {
    stdio: 'ignore',
    env: { ...environment, ...marker },
  });
  const deadline = performance.now() + longestStartMs;
  for (;;) {
    const members = readFileSync(pids, 'utf8').split('\n').filter(Boolean).flatMap(identityOf);
    if (members.length === size) return { root: child.pid ?? 0, members };
    if (performance.now() > deadline) throw new Error(`${members.length} of ${size} processes have started`);
    await sleep(2);
  }
}

function identityOf(pid: string): ProcessIdentity | readonly never[] {
  return processIdentity(Number(pid)) ?? [];
}

const survivors = { rolevm: [] as number[], treeKill: [] as number[] };

/** @returns milliseconds until `end` says that it has ended the tree; what has survived that is counted, and ended after all */
async function ended(by: keyof typeof survivors, end: (tree: Tree) => Promise<unknown>): Promise<number> {
  const tree = await growTree();
  const began = performance.now();
  await end(tree);
  const took = performance.now() - began;
  const alive = () => tree.members.filter(isAlive);
  // tree-kill does not wait for the ends.
  const deadline = performance.now() + (by === 'rolevm' ? 0 : dyingMs);
  while (alive().length > 0 && performance.now() < deadline) await sleep(2);
  survivors[by].push(alive().length);
  for (const survivor of alive()) killIdentity(survivor, 'SIGKILL');
  while (alive().length > 0) await sleep(2);
  return took;
}

const { rolevm, alone } = await alternate(
  {
    rolevm: () => ended('rolevm', () => endJob(subreaper ? {} : { marker })),
    alone: () =>
      ended(
        'treeKill',
        (tree) => new Promise<void>((resolve, reject) => treeKill(tree.root, 'SIGKILL', (e) => (e ? reject(e) : resolve()))),
      ),
  },
  numberOption('runs', 15),
);
rmSync(pids);
if (!subreaper)
  process.stdout.write('this machine has no child subreaper: rolevm finds double-forked processes by their environment only\n');
printRows(`ending a tree of ${size} processes: nested, setsid, double-forked with an empty environment`, [
  {
    what: 'time',
    measured: milliseconds(median(rolevm)),
    against: `${milliseconds(median(alone))} with tree-kill alone`,
    figure: median(rolevm),
    unit: ' ms',
    aim: 50,
  },
  {
    what: 'survivors',
    measured: `${median(survivors.rolevm)} of ${size}`,
    against: `${median(survivors.treeKill)} with tree-kill alone`,
    figure: Math.max(...survivors.rolevm),
    unit: '',
    aim: 0,
  },
]);
