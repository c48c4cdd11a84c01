import { asUpMakes, bareChain } from './support/bare-chain.ts';
import { readyInstances, startEmulator, warmUp } from './support/emulator.ts';
import { alternate, median, milliseconds, printRows } from './support/figures.ts';
import { numberOption, service } from './support/surroundings.ts';

/*
 * From `rolevm up` to Ready, against as many bare processes in the same chain. The VMs are new at each start, and the machine has
 * run rolevm before.
 */

async function startToReady(configuration: 'One' | 'Ten', instances: number): Promise<number> {
  const began = performance.now();
  const emulator = startEmulator(service, configuration);
  await emulator.until(readyInstances(instances));
  const took = performance.now() - began;
  await emulator.stop();
  return took;
}

await warmUp(service);
const one = await alternate({ up: () => startToReady('One', 1), floor: () => bareChain(asUpMakes(1), 1) }, numberOption('runs', 21));
const ten = await alternate({ up: () => startToReady('Ten', 10), floor: () => bareChain(asUpMakes(10), 10) }, numberOption('runs', 9));
const row = (what: string, { up, floor }: typeof one, aim: number) => ({
  what,
  measured: milliseconds(median(up)),
  against: `${milliseconds(median(floor))} bare`,
  figure: median(up) / median(floor),
  unit: ' ×',
  aim,
});
printRows('start to Ready', [row('one instance', one, 1.8), row('ten instances', ten, 1.5)]);
