import type { Command } from 'commander';
import type { FeedItem, StateFile } from '../../contracts/control-api.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { openFeed, request } from '../../control/client.ts';
import { type Cli, emulatorOf, instanceOption, isJson, print, printJson } from '../cli.ts';

const examples = `
Examples:
  rolevm recycle
  rolevm recycle -i Worker_IN_0 && rolevm wait Ready -i Worker_IN_0

Returns when the roles have begun to stop, so that a wait for Ready means the next start.`;

interface RecycleOptions {
  readonly instance?: string;
}

export function define(command: Command, cli: Cli): void {
  command
    .description(
      'Recycles roles in order, as RoleEnvironment.RequestRecycle does: OnStop, then startup tasks and OnStart again. The VM stays on.',
    )
    .addOption(instanceOption())
    .addHelpText('after', examples)
    .action(async ({ instance }: RecycleOptions) => {
      const recycled = await recycle(emulatorOf(cli, command), instance);
      if (isJson(command)) printJson({ recycled });
      else print(recycled.map((name) => `${name} recycles`));
    });
}

/** @throws UserError RV6401 when an instance does not begin */
async function recycle(emulator: StateFile, instance: string | undefined): Promise<readonly string[]> {
  const over = new AbortController();
  const feed = await openFeed(emulator, over.signal);
  const timer = setTimeout(() => over.abort(), emulatorMs.recycleBegun);
  try {
    const { recycled } = await request(emulator, 'POST /recycle', instance === undefined ? {} : { instance });
    const waiting = new Set(recycled);
    const states = new Map<string, string>();
    for await (const item of feed) {
      if (item.type === 'status') states.set(item.instance.name, item.instance.state);
      if (isNotReady(item)) waiting.delete(item.instance.name);
      if (waiting.size === 0) return recycled;
    }
    throw new UserError(
      'RV6401',
      `${[...waiting].map((name) => `${name}, which is ${states.get(name)},`).join(' ')} was told to recycle and has not begun after ${emulatorMs.recycleBegun / 1_000} s`,
      'see rolevm ps and rolevm logs --file WaAppAgent',
    );
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** What was not Ready when it was told is on its way already; whose agent is silent has not even heard of it. */
function isNotReady(item: FeedItem): item is Extract<FeedItem, { type: 'status' }> {
  return item.type === 'status' && item.instance.state !== 'ReadyRole' && item.instance.state !== 'UnresponsiveRole';
}
