import { join } from 'node:path';
import { type EmulatorOptions, emulatorOptionsVariable } from '../contracts/emulator-options.ts';

/**
 * Makes this process the keeper of an emulator and waits for its end.
 *
 * @param bundlesDirectory folder of boot.cjs and emulator.cjs
 * @returns the emulator's exit code
 */
export async function keepEmulator(options: EmulatorOptions, bundlesDirectory: string): Promise<number> {
  // Loaded here: no other command needs what ends processes.
  const { runUnderKeeper } = await import('../kernel/keeper/index.ts');
  // Reading further certificates doubles the time in which Node starts, and nothing below opens TLS for rolevm.
  const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
  return runUnderKeeper({
    command: process.execPath,
    // A debugger that breaks in later must not meet the fixed port of another process.
    args: ['--inspect-port=0', join(bundlesDirectory, 'boot.cjs'), join(bundlesDirectory, 'emulator.cjs')],
    env: { ...environment, [emulatorOptionsVariable]: JSON.stringify(options) },
    onCleaned: (ended, survivors) => {
      if (survivors.length > 0) process.stderr.write(`these processes would not end: ${survivors.map((left) => left.pid).join(', ')}\n`);
      else if (ended.length > 0)
        process.stderr.write(`rolevm up ended without stopping everything; ${ended.length} processes were ended for it\n`);
    },
  });
}
