import { type Command, InvalidArgumentError } from 'commander';
import type { InstanceEntry, StateFile } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { type InstanceStatus, instanceStatuses, instanceStatusNamed } from '../../contracts/instance-status.ts';
import { openFeed, request } from '../../control/client.ts';
import { type Cli, emulatorOf, instanceOption, isJson, option, print, printJson } from '../cli.ts';
import { parseDuration } from '../duration.ts';

const examples = `
Examples:
  rolevm wait Ready
  rolevm wait CyclingRole --instance Worker_IN_0 --timeout 5m
  rolevm up --detach && rolevm wait ReadyRole && npm run my-tests

States: ${instanceStatuses.join(', ')};
Ready, Busy, Cycling … are understood as well. Ends with 4 when the time is over. A state that an instance is in
already counts: right after a kill, ask for what comes first, such as Restarting.`;

interface WaitOptions {
  readonly instance?: string;
  readonly timeout: number;
}

type States = ReadonlyMap<string, InstanceEntry>;

export function define(command: Command, cli: Cli): void {
  command
    .description('Waits until all instances are in a state at the same time.')
    .argument('<state>', 'instance status, such as ReadyRole', parseState)
    .addOption(instanceOption())
    .addOption(
      option('-t, --timeout <time>', 'real time to wait at most: 500ms, 60s, 5m', 'ROLEVM_TIMEOUT')
        .argParser(parseDuration)
        .default(60_000, '60s'),
    )
    .addHelpText('after', examples)
    .action(async (state: InstanceStatus, options: WaitOptions) => {
      const reached = await waitFor(emulatorOf(cli, command), state, options);
      const instances = [...reached.values()].map(({ name, state: now, since }) => ({ name, state: now, since }));
      if (isJson(command)) printJson(instances);
      else print(instances.map((instance) => `${instance.name}  ${instance.state}`));
    });
}

/**
 * @returns the instances that are in the state
 * @throws UserError RV6401 when the time is over, RV6402 when there is no such instance, RV4102 when the emulator ends first
 */
async function waitFor(emulator: StateFile, wanted: InstanceStatus, { instance, timeout }: WaitOptions): Promise<States> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), timeout);
  try {
    let states = chosen((await request(emulator, 'GET /status')).instances, instance);
    if (allIn(states, wanted)) return states;
    for await (const item of await openFeed(emulator, over.signal)) {
      if (item.type !== 'status' || !states.has(item.instance.name)) continue;
      states = new Map(states).set(item.instance.name, item.instance);
      if (allIn(states, wanted)) return states;
    }
    if (!over.signal.aborted)
      throw new UserError('RV4102', `the emulator has ended while ${wanted} was waited for`, 'start it with rolevm up');
    throw timedOut(states, wanted);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

function chosen(instances: readonly InstanceEntry[], name: string | undefined): States {
  const some = instances.filter((instance) => name === undefined || instance.name.toLowerCase() === name.toLowerCase());
  if (some.length > 0) return new Map(some.map((instance) => [instance.name, instance]));
  const known = instances.map((instance) => instance.name).join(', ');
  throw new UserError(
    'RV6402',
    name === undefined ? 'the deployment has no instance yet' : `there is no instance ${name}`,
    `it has: ${known || 'none'}`,
  );
}

function allIn(states: States, wanted: InstanceStatus): boolean {
  return [...states.values()].every((instance) => instance.state === wanted);
}

function timedOut(states: States, wanted: InstanceStatus): UserError {
  const now = [...states.values()].map(
    ({ name, state, details }) => `${name} is ${state}${details === '' ? '' : ` (${details.split('\n')[0]})`}`,
  );
  return new UserError('RV6401', `not ${wanted} in time: ${now.join('; ')}`, 'look at rolevm logs, or wait longer with --timeout');
}

function parseState(text: string): InstanceStatus {
  const status = instanceStatusNamed(text);
  if (status === undefined) throw new InvalidArgumentError(`There are: ${instanceStatuses.join(', ')}.`);
  return status;
}
