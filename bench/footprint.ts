import { setTimeout as sleep } from 'node:timers/promises';
import { readyInstances, startEmulator, warmUp } from './support/emulator.ts';
import { median, printRows, type Row } from './support/figures.ts';
import { cpuMilliseconds, privateMegabytes, processesBelow } from './support/processes.ts';
import { numberOption, service } from './support/surroundings.ts';

/*
 * Ten instances that have nothing to do, at speed 1: the private memory of each played process, and what all processes together take
 * of one core.
 */

/** Seconds until a start has settled: caches written, first collections done. */
const settledAfter = 35;

await warmUp(service);
const emulator = startEmulator(service, 'Ten');
await emulator.until(readyInstances(10));
await sleep(settledAfter * 1_000);

const seconds = numberOption('seconds', 20);
const keeper = emulator.child.pid ?? 0;
const all = [keeper, ...processesBelow(keeper)];
const cpuOfAll = () => all.reduce((sum, pid) => sum + cpuMilliseconds(pid), 0);
const before = cpuOfAll();
const from = performance.now();
await sleep(seconds * 1_000);
const idle = (100 * (cpuOfAll() - before)) / (performance.now() - from);

function memoryOf(name: string, aim: number): Row {
  const pids = emulator.items.flatMap((item) => (item.type === 'process.started' && item.name === name ? [item.pid] : []));
  const sizes = pids.map(privateMegabytes);
  return {
    what: name,
    measured: `${sizes.length} processes`,
    against: `largest ${Math.max(...sizes).toFixed(1)} MB`,
    figure: median(sizes),
    unit: ' MB',
    aim,
  };
}

const rows = [
  memoryOf('WaWorkerHost', 12),
  memoryOf('WaHostBootstrapper', 18),
  memoryOf('WindowsAzureGuestAgent', 18),
  memoryOf('WaAppAgent', 18),
  {
    what: 'idle, all together',
    measured: `${all.length} processes`,
    against: `${seconds} s`,
    figure: idle,
    unit: ' % of a core',
    aim: 1.5,
  },
];
await emulator.stop();
printRows('ten instances at rest', rows);
