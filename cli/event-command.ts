import type { Command } from 'commander';
import type { VmEventName } from '../contracts/events.ts';
import type { RaiseResult } from '../contracts/raise.ts';
import { emulatorMs } from '../contracts/timings-of-the-emulator.ts';
import { type Cli, emulatorOf, instanceOption, isJson, option, print, printJson } from './cli.ts';
import { parseDuration } from './duration.ts';
import { raiseEvent } from './raise-event.ts';

export interface EventOptions {
  readonly instance?: string;
  readonly wait?: number | true;
  /** Of `update agent`. */
  readonly agentVersion?: string;
}

/** The flags of a command that lets an event happen. */
export function withEventOptions(command: Command): Command {
  return command
    .addOption(instanceOption())
    .addOption(option('-w, --wait [time]', 'wait until it is through, 5m unless told', 'ROLEVM_WAIT').argParser(parseDuration));
}

/** Lets the event happen and says to whom. */
export async function runEvent(
  event: VmEventName,
  { instance, wait, agentVersion }: EventOptions,
  cli: Cli,
  command: Command,
): Promise<void> {
  const asked = {
    event,
    ...(instance === undefined ? {} : { instance }),
    ...(agentVersion === undefined ? {} : { agentVersion }),
  };
  const waitMs = wait === true ? emulatorMs.eventWait : wait;
  const result = await raiseEvent(emulatorOf(cli, command), asked, waitMs);
  if (isJson(command)) printJson(result);
  else print(raisedLines(result, waitMs !== undefined));
}

function raisedLines({ event, instances, later = [] }: RaiseResult, isThrough: boolean): readonly string[] {
  return [
    ...instances.map((name) => `${name}  ${event}${isThrough ? ': through' : ''}`),
    ...later.map((name) => `${name}  ${event}: ${isThrough ? 'through' : 'when the upgrade domains before it are Ready again'}`),
  ];
}
