import type { Command } from 'commander';
import * as z from 'zod/mini';
import { emulatorOptions, emulatorOptionsVariable } from '../../contracts/emulator-options.ts';
import type { Cli } from '../cli.ts';
import { keepEmulator } from '../keep-emulator.ts';

/**
 * The background half of `up --detach`: its options come in the environment, checked by the half in front. With a channel to whoever has
 * started it, it stops in order when that one is gone.
 */
export function define(command: Command, cli: Cli): void {
  command.action(async () => {
    const options = z.parse(emulatorOptions, JSON.parse(process.env[emulatorOptionsVariable] ?? 'null'));
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    process.channel?.unref();
    cli.exitCode = await keepEmulator(options, cli.bundlesDirectory);
  });
}
