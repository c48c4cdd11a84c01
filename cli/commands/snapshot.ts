import { type Command, InvalidArgumentError } from 'commander';
import { deleteSnapshots } from '../../control/snapshot/delete-snapshots.ts';
import { type Cli, isJson, option, placeOf, print, printJson } from '../cli.ts';
import { parseDuration } from '../duration.ts';
import { list } from '../snapshot/list.ts';
import { type RestoreFlags, restore } from '../snapshot/restore.ts';
import { type SaveFlags, save } from '../snapshot/save.ts';

const examples = `
Examples:
  rolevm snapshot save before-patch -m 'version 1, two days of data'
  rolevm snapshot restore before-patch --wait
  rolevm snapshot list
  rolevm snapshot delete before-patch

A snapshot holds C:, D: and E: of every instance and the state that each is to be in. It lies in the state directory and stays when
the deployment is deleted. Azure has nothing like it: it is for you, to try again from the same drives.`;

const saveExamples = `
Examples:
  rolevm snapshot save                     its name is the time
  rolevm snapshot save before-patch -m 'version 1'
  rolevm snapshot save --stop              OnStop in every role before

Without --stop nothing is stopped: it is what is on the drives at that moment, as after a power loss. With it the roles stay stopped
afterwards; rolevm start makes E: anew from the package, as Azure does, and the snapshot has E: as it was. What was deployed can
be saved after rolevm down as well.`;

const restoreExamples = `
Examples:
  rolevm snapshot restore before-patch --wait && rolevm kill WaHostBootstrapper

Takes the power off every VM at once, without Stopping and OnStop, puts the drives back and starts the VMs from them; what was on the
drives is gone. Returns when the drives are put back, with --wait when every role is Ready again. Without a running emulator only
the drives are put back, and the next rolevm up starts from them as they are. It belongs to one deployment: into another it is
refused, where nothing is deployed the deployment comes back with it.`;

export function define(command: Command, cli: Cli): void {
  command.description('Saves the drives and the goal state of a deployment, and puts them back.').addHelpText('after', examples);
  command.action(() => command.outputHelp());
  const saving = command.command('save').summary('save all drives of the deployment');
  saving
    .description('Saves all drives and the goal state of the deployment.')
    .argument('[name]', 'letters, digits, ".", "_" and "-"; without it the time')
    .addOption(option('-m, --message <text>', 'a note', 'ROLEVM_MESSAGE').argParser(parseMessage))
    .addOption(option('--stop', 'stop the roles in order before', 'ROLEVM_STOP'))
    .addHelpText('after', saveExamples)
    .action((name: string | undefined, flags: SaveFlags) => save(name, flags, cli, saving));
  const restoring = command.command('restore').summary('put all drives back');
  restoring
    .description('Puts all drives and the goal state back to a snapshot.')
    .argument('<name>', 'see rolevm snapshot list')
    .addOption(option('-w, --wait [time]', 'wait until it is through, 5m unless told', 'ROLEVM_WAIT').argParser(parseDuration))
    .addHelpText('after', restoreExamples)
    .action((name: string, flags: RestoreFlags) => restore(name, flags, cli, restoring));
  const listing = command.command('list').summary('show the snapshots');
  listing
    .description('Shows the snapshots of the state directory, oldest first.')
    .addHelpText('after', '\nExamples:\n  rolevm snapshot list\n  rolevm snapshot list --json')
    .action(() => list(cli, listing));
  const deleting = command.command('delete').summary('delete snapshots');
  deleting
    .description('Deletes snapshots.')
    .argument('<name...>', 'see rolevm snapshot list')
    .addHelpText('after', '\nExamples:\n  rolevm snapshot delete before-patch after-patch')
    .action(async (names: readonly string[]) => {
      await deleteSnapshots(placeOf(cli, deleting).stateDirectory, names);
      if (isJson(deleting)) printJson({ deleted: names });
      else print([`deleted: ${names.join(', ')}`]);
    });
}

const longestMessage = 1_000;

function parseMessage(text: string): string {
  if (text.length > longestMessage) throw new InvalidArgumentError(`It has at most ${longestMessage} characters.`);
  return text;
}
