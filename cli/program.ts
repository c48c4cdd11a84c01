import { Command } from 'commander';
import { type Cli, option } from './cli.ts';
import { type CommandEntry, commandList, hiddenCommandList } from './command-list.ts';

const introduction =
  'rolevm runs an Azure Cloud Services (classic) role instance on this machine: the real process hierarchy of the VM as real processes, over sandboxed C:, D: and E: drives.';

const walkthrough = `
A first walk:
  rolevm init tally                write a small service into the folder tally
  rolevm validate tally            check it
  rolevm up tally                  run it; then, in another terminal, in that folder:
  rolevm ps                        see the agents, the bootstrapper and the role host
  rolevm kill WaHostBootstrapper   and watch the guest agent bring the role back
  rolevm logs --follow             read what they say about it
  rolevm down                      stop it in order

Topics: rolevm help exit-codes, rolevm help environment, rolevm help state
Each command has examples: rolevm help COMMAND`;

/**
 * The command line as commander knows it. Only the commands named in `called` are loaded; the others are known by name and summary.
 *
 * @param called command names, or `all` for help and completion
 */
export async function createProgram(cli: Cli, called: readonly string[] | 'all'): Promise<Command> {
  const program = new Command('rolevm')
    .description(introduction)
    .usage('<command> [options]')
    .helpCommand(false)
    .helpOption('-h, --help', 'explain this')
    .addOption(option('--state <dir>', 'state directory of the emulator', 'ROLEVM_STATE'))
    .addOption(option('--json', 'print JSON for a program', 'ROLEVM_JSON'))
    .option('--no-color', 'never print colours (env: NO_COLOR)')
    .addHelpText('after', walkthrough)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeErr: () => undefined })
    .exitOverride();
  const add = async (entry: CommandEntry, hidden: boolean) => {
    const command = program.command(entry.name, { hidden }).summary(entry.summary).copyInheritedSettings(program);
    if (called === 'all' || called.includes(entry.name)) (await entry.load()).define(command, cli);
  };
  for (const entry of commandList) await add(entry, false);
  for (const entry of hiddenCommandList) await add(entry, true);
  return program;
}
