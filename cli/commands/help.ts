import type { Command } from 'commander';
import { UserError } from '../../contracts/diagnostic.ts';
import { type Cli, print } from '../cli.ts';
import { exitCodeTable } from '../exit-codes.ts';
import { table } from '../table.ts';

const stateTopic = [
  'A running emulator and the commands that speak to it meet in a state directory: deployment, drives, logs, and state.json',
  'with the port and the token. Commands look for it in this order:',
  '',
  '  1. --state DIR or ROLEVM_STATE',
  '  2. in a clone of the repository: sandbox/run of the clone',
  '  3. installed: the nearest .rolevm upwards from the current folder; up makes it in the folder of the service,',
  '     or beside a .cspkg',
  '  4. the one emulator that runs under this user, wherever it is; if several run, name one',
];

/** Subjects of `rolevm help` besides the commands. */
export const helpTopics = ['exit-codes', 'environment', 'state'] as const;

export function define(command: Command, cli: Cli): void {
  command
    .description('Explains a command or a topic.')
    .argument('[topic]', `a command, or one of: ${helpTopics.join(', ')}`)
    .addHelpText('after', '\nExamples:\n  rolevm help patch\n  rolevm help exit-codes')
    .action(async (topic?: string) => {
      if (topic === 'exit-codes')
        print([
          'Exit codes:',
          ...indent(
            table(
              exitCodeTable.map(([code, text]) => [String(code), text]),
              [0],
            ),
          ),
        ]);
      else if (topic === 'environment') print(await environmentTopic(cli));
      else if (topic === 'state') print(stateTopic);
      else await explain(cli, topic);
    });
}

async function explain(cli: Cli, topic: string | undefined): Promise<void> {
  const program = await cli.program(topic === undefined ? [] : [topic]);
  if (topic === undefined) return program.outputHelp();
  if (!cli.commandNames.includes(topic)) {
    const topics = [...cli.commandNames, ...helpTopics].join(', ');
    throw new UserError('RV6207', `there is no help about ${topic}`, `ask about one of: ${topics}`);
  }
  program.commands.find((candidate) => candidate.name() === topic)?.outputHelp();
}

async function environmentTopic(cli: Cli): Promise<readonly string[]> {
  const program = await cli.program('all');
  const below = program.commands.flatMap(({ commands }) => commands);
  const rows = [...program.commands, ...below].flatMap((command) =>
    command.options.flatMap((option) =>
      option.envVar === undefined ? [] : [[option.envVar, `${command.name()} ${option.flags}`, option.description]],
    ),
  );
  const common = program.options.flatMap((option) =>
    option.envVar === undefined ? [] : [[option.envVar, option.flags, option.description]],
  );
  return [
    'Every flag is also an environment variable; a flag on the command line wins. 0, false, no and off switch a flag off.',
    '',
    ...indent(
      table([
        ...common,
        ...rows,
        ['ROLEVM_DEBUG', '', 'show where in rolevm a fault happened'],
        ['NO_COLOR', '--no-color', 'never print colours'],
      ]),
    ),
  ];
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
