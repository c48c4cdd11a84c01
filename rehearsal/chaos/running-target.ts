import * as z from 'zod/mini';
import type { StateFile } from '../../contracts/control-api.ts';
import { type EmulatorOptions, emulatorOptions, emulatorOptionsVariable } from '../../contracts/emulator-options.ts';
import { startDetached } from '../../control/start-detached.ts';
import { startedWith } from '../../kernel/process-table/index.ts';

/**
 * How to start an emulator again that somebody else has started: what it was started with stands in its environment.
 *
 * @param program rolevm.cjs
 * @returns undefined where the system does not tell
 */
export function startAgainOf(state: StateFile, program: string): { readonly options: EmulatorOptions; start(): Promise<void> } | undefined {
  const found = optionsOf(startedWith(state.pid, emulatorOptionsVariable));
  if (found === undefined) return undefined;
  // No terminal waits for it any more.
  const options = { ...found, detach: true, colour: false, json: false, interactive: false };
  return {
    options,
    start: async () => {
      await startDetached(options, program);
    },
  };
}

function optionsOf(text: string | undefined): EmulatorOptions | undefined {
  try {
    return z.parse(emulatorOptions, JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}
