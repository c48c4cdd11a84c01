import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { PatchResult, RevertResult } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { request } from '../../control/client.ts';
import { commandName } from '../../control/command-name.ts';
import { shellQuote } from '../../control/shell-quote.ts';
import { type Cli, emulatorOf, globalsOf, instanceOption, isJson, option, print, printJson } from '../cli.ts';
import { parseDuration } from '../duration.ts';

const examples = `
Examples:
  rolevm patch build/Worker.dll                       to where a file of that name lies on E:
  rolevm patch build/Worker.dll --wait 2m             as soon as no host holds it
  rolevm patch web.config 'E:\\sitesroot\\0\\web.config' -i Web_IN_0
  rolevm patch --revert --wait                        takes back the last patch of the file that was patched

While a living host has the DLL loaded the copy is refused, as Windows would. The window: rolevm kill WaHostBootstrapper
in another terminal; its host ends a few seconds later, and the guest agent starts both again after about 20 seconds.
The file that was there is kept beside the new one. A patch survives a recycle, not a reimage or an upgrade.
--revert puts back what the last patch has replaced; called once more, what the one before has.`;

interface PatchOptions {
  readonly instance?: string;
  readonly wait?: number | true;
  readonly revert?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Copies a file over the one that is deployed, in every instance that has it.')
    .argument('[file]', 'file of this machine; with --revert the name of the one that was patched')
    .argument('[destination]', 'drive path such as E:\\approot\\X.dll; without it the place is found by the name')
    .addOption(instanceOption())
    .addOption(option('-w, --wait [time]', 'wait until no host holds the file, 60s unless told', 'ROLEVM_WAIT').argParser(parseDuration))
    .addOption(option('--revert', 'put the file from before the last patch back', 'ROLEVM_REVERT'))
    .addHelpText('after', examples)
    .action(async (file: string | undefined, destination: string | undefined, { instance, wait, revert }: PatchOptions) => {
      const how = {
        ...(instance === undefined ? {} : { instance }),
        ...(wait === undefined ? {} : { waitMs: wait === true ? emulatorMs.patchWait : wait }),
      };
      if (revert === true) return revertPatch(destination ?? file, how, cli, command);
      if (file === undefined) command.error("error: missing required argument 'file'", { code: 'commander.missingArgument' });
      const body = { source: existingFile(resolve(cli.cwd, file)), ...(destination === undefined ? {} : { destination }), ...how };
      const result = await request(emulatorOf(cli, command), 'POST /patch', body);
      if (isJson(command)) printJson(result);
      else print(patchLines(result, commandName(cli.packageRoot, cli.cwd), globalsOf(command).state));
    });
}

async function revertPatch(
  file: string | undefined,
  how: { readonly instance?: string; readonly waitMs?: number },
  cli: Cli,
  command: Command,
): Promise<void> {
  const result = await request(emulatorOf(cli, command), 'POST /revert', { ...(file === undefined ? {} : { file }), ...how });
  if (isJson(command)) printJson(result);
  else print(revertLines(result));
}

/** What was put back. */
export function revertLines({ reverted }: RevertResult): readonly string[] {
  return reverted.flatMap(({ instance, drivePath, backup, sha256 }) => [
    `reverted ${instance}  ${drivePath}  sha256 ${sha256.slice(0, 16)}`,
    `  back from ${backup}`,
  ]);
}

/**
 * What was patched and how it is taken back.
 *
 * @param rolevm how the command is typed here
 * @param state the state directory, if it was named
 */
export function patchLines({ patched }: PatchResult, rolevm: string, state: string | undefined): readonly string[] {
  const where = state === undefined ? '' : ` --state ${shellQuote(state)}`;
  return patched.flatMap(({ instance, drivePath, backup, sha256 }) => [
    `patched ${instance}  ${drivePath}  sha256 ${sha256.slice(0, 16)}`,
    ...(backup === undefined
      ? ['  nothing was there before']
      : [`  before: ${backup}`, `  revert: ${rolevm} patch --revert ${shellQuote(drivePath)} --instance ${instance} --wait${where}`]),
  ]);
}

function existingFile(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return path;
  throw new UserError(
    'RV6403',
    stats === undefined ? `there is no file ${path}` : `${path} is not a file`,
    'name the file that is to be copied',
  );
}
