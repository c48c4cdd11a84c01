import type { Command, Option } from 'commander';
import { vmEvents } from '../contracts/events.ts';
import { faultNames } from '../contracts/faults.ts';
import { instanceStatuses } from '../contracts/instance-status.ts';
import { processNames } from '../contracts/process-names.ts';
import { imageNames } from '../control/image/image-place.ts';
import { snapshotNames } from '../control/snapshot/snapshot-place.ts';
import { placeFound } from '../control/state-directory.ts';
import { storedVms } from '../control/stored-vms.ts';
import type { Cli } from './cli.ts';
import { debugActions } from './commands/debug.ts';
import { helpTopics } from './commands/help.ts';
import { updateTargets } from './commands/update.ts';
import { logFiles } from './log-files.ts';

/**
 * What the shell may offer for the last of the words.
 *
 * @param words those behind `rolevm`; the last one is being typed and may be empty
 * @returns suggestions that begin with it; none where file names are wanted
 */
export async function complete(words: readonly string[], cli: Cli): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const program = await cli.program(before);
  const command = calledBelow(calledBelow(program, before) ?? program, before) ?? calledBelow(program, before);
  return candidates(program, command, before, typed, cli).filter((candidate) => candidate.startsWith(typed));
}

function calledBelow({ commands }: Command, before: readonly string[]): Command | undefined {
  return commands.find((candidate) => before.includes(candidate.name()));
}

function candidates(program: Command, command: Command | undefined, before: readonly string[], typed: string, cli: Cli): readonly string[] {
  const options = [...(command?.options ?? []), ...program.options];
  const last = before.at(-1);
  const open = last === undefined ? undefined : options.find((option) => takesValue(option) && [option.long, option.short].includes(last));
  if (open !== undefined && !(open.optional && typed.startsWith('-'))) return optionValues(open, before, cli);
  if (typed.startsWith('-')) return [...options.flatMap((option) => option.long ?? []), '--help'];
  return command === undefined ? cli.commandNames : argumentValues(command, before, cli);
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function optionValues(option: Option, before: readonly string[], cli: Cli): readonly string[] {
  switch (option.attributeName()) {
    case 'instance':
    case 'from':
      return instances(before, cli);
    case 'config':
      return ['Local', 'Cloud'];
    case 'timeout':
    case 'wait':
      return ['30s', '60s', '5m'];
    case 'mode':
      return ['window', 'debugger'];
    case 'file':
      // The fix of a rehearsal is a file of this machine.
      if (before.includes('rehearse')) return [];
      return [
        ...new Set(
          vms(before, cli)
            .flatMap(logFiles)
            .map((file) => file.name),
        ),
      ];
    default:
      return [];
  }
}

function argumentValues(command: Command, before: readonly string[], cli: Cli): readonly string[] {
  if (command.parent?.name() === 'snapshot') return kept(snapshotNames, before, cli);
  if (command.parent?.name() === 'image') return kept(imageNames, before, cli);
  switch (command.name()) {
    case 'debug':
      return debugActions.some((action) => before.includes(action)) ? processNames : debugActions;
    case 'update':
      return updateTargets;
    case 'plan':
      return vmEvents;
    case 'fault':
      return faultNames;
    case 'kill':
    case 'ps':
      return processNames;
    case 'wait':
      return instanceStatuses;
    case 'logs':
    case 'events':
    case 'timeline':
    case 'rdp':
      return instances(before, cli);
    case 'help':
      return [...cli.commandNames, ...helpTopics];
    case 'completion':
      return command.registeredArguments[0]?.argChoices ?? [];
    default:
      return command.commands.map((candidate) => candidate.name());
  }
}

function instances(before: readonly string[], cli: Cli): readonly string[] {
  return vms(before, cli).map((vm) => vm.instance);
}

/** Snapshots or images: only those that are there can be put back or deleted, and a new one has a name of its own. */
function kept(namesIn: (stateDirectory: string) => readonly string[], before: readonly string[], cli: Cli): readonly string[] {
  const place = placeNamed(before, cli);
  const wantsNew = ['save', 'create', 'upload'].some((word) => before.includes(word));
  return place === undefined || wantsNew ? [] : namesIn(place.stateDirectory);
}

function vms(before: readonly string[], cli: Cli): ReturnType<typeof storedVms> {
  const place = placeNamed(before, cli);
  return place === undefined ? [] : storedVms(place.stateDirectory);
}

function placeNamed(before: readonly string[], cli: Cli): ReturnType<typeof placeFound> {
  const named = before[before.indexOf('--state') + 1 || before.length] ?? process.env.ROLEVM_STATE;
  return placeFound({ cwd: cli.cwd, packageRoot: cli.packageRoot, ...(named === undefined ? {} : { named }) });
}
