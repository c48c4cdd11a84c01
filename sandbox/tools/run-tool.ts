import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DoorAnswer } from '../../contracts/vm-door.ts';
import { askDoor, type DoorQuestion } from '../door/ask-door.ts';

export interface ToolSurroundings {
  /** Asks the machine that the tool runs in. @throws Error when it does not answer */
  readonly ask: (question: DoorQuestion) => Promise<DoorAnswer>;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** What Windows would not say, for people. */
  readonly note: (text: string) => void;
  /** The next line of the input; undefined at its end. */
  readonly readLine: () => Promise<string | undefined>;
}

/**
 * Runs a tool of the guest as a process. Its own place on D: says which VM it is in: a task may have emptied the environment.
 *
 * @param tool gets the words behind its name; its exit code is the process's, 32 bits
 */
export async function runTool(name: string, tool: (words: readonly string[], surroundings: ToolSurroundings) => Promise<number>) {
  process.title = name;
  const system32 = dirname(realpathSync(process.argv[1] ?? ''));
  process.exitCode = await tool(process.argv.slice(2), {
    ask: (question) => askDoor(join(system32, 'config', 'vm-door.json'), question),
    print: (text) => process.stdout.write(text),
    printError: (text) => process.stderr.write(text),
    note: (text) => process.stderr.write(`${name}: ${text}\n`),
    readLine,
  });
}

async function readLine(): Promise<string | undefined> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return undefined;
}
