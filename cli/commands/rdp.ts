import type { Command } from 'commander';
import { openFeed, request } from '../../control/client.ts';
import { driveLayout } from '../../sandbox/drive-layout.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';
import { chosenVms } from '../chosen-vms.ts';
import { type Cli, emulatorOf } from '../cli.ts';
import { guestAccount, requireSignIn } from '../rdp/guest-account.ts';
import { runSession } from '../rdp/run-session.ts';
import { commandProgram, sessionEnvironment, shellProgram } from '../rdp/session-program.ts';

const examples = `
Examples:
  rolevm rdp Worker_IN_0                            a shell in approot, with the variables of an elevated startup task
  rolevm rdp Worker_IN_0 -- node -p process.env.RoleInstanceID
  rolevm rdp Worker_IN_0 -- node check.js; echo $?  one program; its exit code is the command's

As in Azure the role has to import RemoteAccess, and its account has to be enabled and not expired. The VM has to be on;
the role need not be Ready, and its recycle does not end the session. What is started here belongs to no job of the role.`;

export function define(command: Command, cli: Cli): void {
  command
    .description('Signs in to an instance: a shell, or one program, in the environment of its guest.')
    .argument('<instance>', 'such as WorkerRole1_IN_0')
    .argument('[command...]', 'program and arguments behind --; without it a shell')
    .addHelpText('after', examples)
    .action(async (named: string, words: readonly string[]) => {
      const state = emulatorOf(cli, command);
      const [chosen] = chosenVms(cli, command, named);
      if (chosen === undefined) return;
      const { instance, root } = chosen;
      const leaving = new AbortController();
      const feed = await openFeed(state, leaving.signal);
      try {
        const { instances } = await request(state, 'GET /status');
        const entry = instances.find(({ name }) => name === instance);
        if (entry !== undefined) requireSignIn(entry);
        const vm = readVmDocument(root);
        const layout = driveLayout(root, vm);
        const account = guestAccount(vm, layout, Date.now());
        const env = await sessionEnvironment(layout, vm, account, process.env);
        const interactive = process.stdin.isTTY === true;
        const program =
          words.length > 0 ? commandProgram(layout, words, env) : shellProgram(layout, instance, env, { own: process.env, interactive });
        if (words.length === 0 && interactive) process.stderr.write(`Signed in to ${instance} as ${account}; exit ends the session.\n`);
        cli.exitCode = await runSession(instance, program, feed);
      } finally {
        leaving.abort();
      }
    });
}
