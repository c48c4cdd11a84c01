import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { request } from '../../control/client.ts';
import { commandName } from '../../control/command-name.ts';
import { shellQuote } from '../../control/shell-quote.ts';
import { placeFound } from '../../control/state-directory.ts';
import { requireRunning, runningState } from '../../control/state-file.ts';
import { runChaos } from '../../rehearsal/chaos/run-chaos.ts';
import { startAgainOf } from '../../rehearsal/chaos/running-target.ts';
import { type Target, targetOf } from '../../rehearsal/chaos/target.ts';
import { freshDeployment } from '../../rehearsal/fresh-deployment.ts';
import { faultLines, summaryLines } from '../chaos-text.ts';
import { type Cli, isJson, option, print, printJson, surroundingsOf, wantsColour } from '../cli.ts';
import { parseDuration } from '../duration.ts';
import { exitCodes } from '../exit-codes.ts';
import { findService } from '../find-service.ts';
import { parseSpeed } from '../speed.ts';

const examples = `
Examples:
  rolevm chaos                             20 faults on what runs here, or on a deployment of its own
  rolevm chaos samples/hello-worker        always on one of its own, in a folder for temporary files
  rolevm chaos --faults 100 --seed 4711    the same hundred faults once more
  rolevm chaos --duration 10m              as many as fit

Kills, pauses, debuggers, recycles, clocks that jump, damaged documents, killed emulators. After each fault every instance
has to be Ready again, without a process left over, and status and ps have to be answered all the time.
A deployment that runs goes on in the background when its emulator was killed: up printed into your terminal before.
The clock jumps inside the emulator and the played processes: that of the machine needs an administrator.
Ends with 0 when nothing was lost, with 1 otherwise; Ctrl-C ends it with a summary of the faults so far.`;

interface ChaosCommandOptions {
  readonly seed?: number;
  readonly faults?: number;
  readonly duration?: number;
  readonly settle?: number;
  readonly speed: number;
}

const usualFaults = 20;
const usualSpeed = 60;

export function define(command: Command, cli: Cli): void {
  command
    .description('Lets one fault after the other strike a deployment, and sees that it recovers from each.')
    .argument('[service]', 'strike a fresh deployment of this service; without it the one that runs here')
    .addOption(option('--seed <n>', 'chooses the faults; without it a random one', 'ROLEVM_SEED').argParser(parseWhole))
    .addOption(option('--faults <n>', 'how many faults; 20 unless a duration is given', 'ROLEVM_FAULTS').argParser(parseWhole))
    .addOption(option('--duration <time>', 'real time after which no further fault is made', 'ROLEVM_DURATION').argParser(parseDuration))
    .addOption(
      option('--settle <time>', 'real time in which it has to recover; else 30 s and 15 minutes of Azure', 'ROLEVM_SETTLE').argParser(
        parseDuration,
      ),
    )
    .addOption(option('--speed <n>', 'speed of a fresh deployment', 'ROLEVM_SPEED').argParser(parseSpeed).default(usualSpeed))
    .addHelpText('after', examples)
    .action(async (service: string | undefined, options: ChaosCommandOptions) => {
      const opened = await open(service, options, cli, command);
      try {
        await campaign(opened, options, cli, command);
      } finally {
        await opened.close();
      }
    });
}

interface Opened {
  readonly target: Target;
  /** What is struck, for a person. */
  readonly where: string;
  /** The command that does the same again, without seed and number. */
  readonly again: string;
  readonly signal: AbortSignal;
  close(): Promise<void>;
}

async function campaign({ target, where, again, signal }: Opened, options: ChaosCommandOptions, cli: Cli, command: Command): Promise<void> {
  const seed = options.seed ?? randomInt(2 ** 31);
  const faults = options.faults ?? (options.duration === undefined ? usualFaults : Number.POSITIVE_INFINITY);
  const json = isJson(command);
  const colour = wantsColour(command);
  if (!json) print([`seed ${seed}: ${where}`]);
  const summary = await runChaos(target, {
    seed,
    faults,
    durationMs: options.duration ?? Number.POSITIVE_INFINITY,
    signal,
    onFault: (result) => {
      if (json) printJson({ type: 'fault', ...result }, 'line');
      else print(faultLines(result, `${again} --seed ${result.seed} --faults 1`, colour));
    },
  });
  if (json) printJson({ type: 'summary', ...summary }, 'line');
  else print(summaryLines(summary, colour));
  if (summary.losses > 0) cli.exitCode = exitCodes.failed;
}

/** Finds what runs here, or deploys the service afresh. */
async function open(service: string | undefined, options: ChaosCommandOptions, cli: Cli, command: Command): Promise<Opened> {
  const ending = endOnSignals();
  const program = join(cli.bundlesDirectory, 'rolevm.cjs');
  const place = service === undefined ? placeFound(surroundingsOf(cli, command)) : undefined;
  const state = place === undefined ? undefined : runningState(place.stateDirectory);
  const rolevm = commandName(cli.packageRoot, cli.cwd);
  const settleMs = options.settle;
  if (place !== undefined && state !== undefined) {
    const { emulator, deployment, instances } = await request(state, 'GET /status');
    const startAgain = startAgainOf(state, program);
    const target = targetOf(
      { options: { ...place, speed: emulator.speed }, startAgain: startAgain?.start, settleMs, signal: ending.signal },
      state,
    );
    const where = `${deployment.serviceName}, which runs at speed ${emulator.speed} (${instances.map(({ name }) => name).join(', ')})`;
    const again = `${rolevm} chaos --state ${shellQuote(place.stateDirectory)}`;
    return { target, where, again, signal: ending.signal, close: async () => ending.stop() };
  }
  const servicePath = findService(service, surroundingsOf(cli, command));
  const fresh = freshDeployment({ servicePath, speed: options.speed, command: rolevm }, program);
  const close = async () => {
    await fresh.close();
    ending.stop();
  };
  try {
    await fresh.start();
    const running = requireRunning(fresh.options.stateDirectory);
    const { deployment, instances } = await request(running, 'GET /status');
    const target = targetOf({ options: fresh.options, startAgain: fresh.start, settleMs, signal: ending.signal }, running);
    const where = `${deployment.serviceName}, deployed afresh at speed ${options.speed} (${instances.map(({ name }) => name).join(', ')})`;
    const again = `${rolevm} chaos ${shellQuote(servicePath)} --speed ${options.speed}`;
    return { target, where, again, signal: ending.signal, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const endedByInterrupt = 130;

/** Ctrl-C ends it after the fault under way; a second one at once, and what was deployed for it ends by itself. */
function endOnSignals(): { readonly signal: AbortSignal; stop(): void } {
  const ended = new AbortController();
  const end = () => {
    if (ended.signal.aborted) process.exit(endedByInterrupt);
    ended.abort();
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  return {
    signal: ended.signal,
    stop: () => {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
    },
  };
}

function parseWhole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It is a whole number above 0.');
  return number;
}
