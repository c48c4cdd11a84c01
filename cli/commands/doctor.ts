import type { Command } from 'commander';
import { harmless, painter } from '../../control/colour.ts';
import { type Examination, examine, type Finding } from '../../control/doctor/examine.ts';
import { type Cli, isJson, option, placeOf, print, printJson, wantsColour } from '../cli.ts';
import { exitCodes } from '../exit-codes.ts';
import { table } from '../table.ts';

const examples = `
Examples:
  rolevm doctor              find it, end it, remove it, look again
  rolevm doctor --check      only look; for scripts

Looks for processes of the deployment that outlived their emulator, a lock and a state file whose owner is gone, drives
that were being made anew, and files and snapshots that were not finished. Drives and logs are kept; rolevm down --delete deletes them.
While an emulator runs it only tells which processes of the deployment are not its own.
Ends with 0 when nothing is left, with 1 when something is.`;

interface DoctorOptions {
  readonly check?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .description('Proves that nothing is left of earlier runs over this state directory, and ends what is.')
    .addOption(option('--check', 'only look, change nothing', 'ROLEVM_CHECK'))
    .addHelpText('after', examples)
    .action(async ({ check = false }: DoctorOptions) => {
      const { stateDirectory } = placeOf(cli, command);
      const examination = await examine(stateDirectory, !check);
      if (isJson(command)) printJson({ stateDirectory, ...examination });
      else print(doctorLines(stateDirectory, examination, check, wantsColour(command)));
      if (examination.findings.some(({ cleaned }) => !cleaned)) cli.exitCode = exitCodes.failed;
    });
}

/** What was found, for a person. */
export function doctorLines(
  stateDirectory: string,
  { emulator, findings }: Examination,
  check: boolean,
  colour: boolean,
): readonly string[] {
  const paint = painter(colour);
  const left = findings.filter(({ cleaned }) => !cleaned);
  const once = check ? 'rolevm doctor ends and removes it' : 'it cannot be ended or removed; see who owns it';
  const mend = emulator === undefined ? once : 'rolevm down, then rolevm doctor';
  const rows = findings.map((found) => [
    found.cleaned ? paint('green', found.kind === 'process' ? 'ended' : 'cleaned') : paint('red', 'left'),
    harmless(found.text, false),
  ]);
  return [
    ...(emulator === undefined ? [] : [`an emulator runs here, pid ${emulator}`]),
    ...table(rows),
    summary(stateDirectory, left, mend),
  ];
}

function summary(stateDirectory: string, left: readonly Finding[], mend: string): string {
  if (left.length === 0) return `nothing is left of earlier runs over ${stateDirectory}`;
  return `${left.length} ${left.length === 1 ? 'thing is' : 'things are'} left of earlier runs over ${stateDirectory}: ${mend}`;
}
