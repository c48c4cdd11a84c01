import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { print } from '../cli.ts';
import { complete } from '../complete.ts';

export function define(command: Command, cli: Cli): void {
  command
    .argument('[words...]', 'the words behind rolevm, the last one being typed')
    .allowUnknownOption()
    .action(async (words: readonly string[]) => print(await complete(words, cli)));
}
