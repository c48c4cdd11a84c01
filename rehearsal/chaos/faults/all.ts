import type { Random } from '../../../kernel/random.ts';
import type { Target } from '../target.ts';
import { clocks } from './clocks.ts';
import { commands } from './commands.ts';
import { documents } from './documents.ts';
import { emulators } from './emulators.ts';
import type { Fault } from './fault.ts';
import { kills } from './kills.ts';
import { pauses } from './pauses.ts';

export const faults: readonly Fault[] = [...kills, ...pauses, ...commands, ...clocks, ...documents, ...emulators];

/** @returns a fault that can be made here, each as often as its weight says */
export function pickFault(target: Target, choose: Random): Fault {
  const possible = faults.filter((fault) => fault.possible?.(target) ?? true);
  // Weights are multiples of a quarter.
  return choose.pick(possible.flatMap((fault) => Array.from({ length: 4 * fault.weight }, () => fault)));
}
