import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedItem } from '../contracts/control-api.ts';
import { timings } from '../contracts/timings.ts';
import { bareChain } from './support/bare-chain.ts';
import { readyInstances, startEmulator, warmUp } from './support/emulator.ts';
import { alternate, median, milliseconds, printRows } from './support/figures.ts';
import { numberOption, scratch, service } from './support/surroundings.ts';

/*
 * From the kill of WaHostBootstrapper to the first statement of the role's module in the role host that comes after it, with every
 * emulated duration set to zero: what is left is rolevm's own part. Held against two bare processes in a chain, as many as are started.
 */

/** The service beside a rolevm.json that takes every duration of Azure's away. */
function withoutDelays(): string {
  const copy = join(scratch, 'without-delays');
  cpSync(service, copy, { recursive: true });
  const none = Object.fromEntries(Object.keys(timings).map((name) => [name, 0]));
  writeFileSync(join(copy, 'rolevm.json'), JSON.stringify({ timings: none }));
  return copy;
}

function lastBootstrapper(items: readonly FeedItem[]): number {
  const pids = items.flatMap((item) => (item.type === 'process.started' && item.name === 'WaHostBootstrapper' ? [item.pid] : []));
  const last = pids.at(-1);
  if (last === undefined) throw new Error('there is no WaHostBootstrapper');
  return last;
}

await warmUp(service);
const emulator = startEmulator(withoutDelays(), 'One');
await emulator.until(readyInstances(1));
const marks = join(emulator.stateDirectory, 'vms', 'Worker_IN_0', 'first-statements');
const firstStatements = () => readFileSync(marks, 'latin1').split('\n').slice(0, -1).map(BigInt);

async function killToFirstStatement(): Promise<number> {
  const before = firstStatements().length;
  const seen = emulator.items.length;
  const killed = process.hrtime.bigint();
  process.kill(lastBootstrapper(emulator.items), 'SIGKILL');
  await emulator.until((items) => items.slice(seen).some((item) => item.type === 'status' && item.instance.state === 'ReadyRole'));
  const after = firstStatements()[before];
  if (after === undefined) throw new Error('the role is Ready, but its module has not run');
  return Number(after - killed) / 1_000_000;
}

const { restart, floor } = await alternate(
  { restart: killToFirstStatement, floor: () => bareChain(['host'], 1) },
  numberOption('runs', 21),
);
await emulator.stop();
const one = median(floor) / 2;
printRows('kill to first statement, at zero emulated delay', [
  {
    what: 'beyond two bare processes',
    measured: milliseconds(median(restart)),
    against: `${milliseconds(median(floor))} for two bare`,
    figure: (median(restart) - median(floor)) / one,
    unit: ' × one bare',
    aim: 2,
  },
]);
