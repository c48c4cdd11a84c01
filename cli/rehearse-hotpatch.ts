import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { StateFile } from '../contracts/control-api.ts';
import { request } from '../control/client.ts';
import { painter } from '../control/colour.ts';
import { commandName } from '../control/command-name.ts';
import { placeFound, stateForService } from '../control/state-directory.ts';
import { requireRunning, runningState } from '../control/state-file.ts';
import { writeAtomically } from '../kernel/write-atomically.ts';
import { freshDeployment } from '../rehearsal/fresh-deployment.ts';
import { hotpatchSuite } from '../rehearsal/hotpatch/hotpatch-junit.ts';
import { openingLines, stepLine, verdictLines } from '../rehearsal/hotpatch/report-lines.ts';
import { type HotpatchAudience, runHotpatch } from '../rehearsal/hotpatch/run-hotpatch.ts';
import { type JunitSuite, junitXml } from '../rehearsal/junit.ts';
import { type Cli, isJson, print, printJson, surroundingsOf, wantsColour } from './cli.ts';
import type { RehearseHotpatchOptions } from './commands/rehearse.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { findConfiguration } from './find-configuration.ts';
import { findService } from './find-service.ts';
import { untilInterrupted } from './interruption.ts';

/**
 * Rehearses a hot patch on what runs here or on a deployment of its own, which is gone afterwards.
 *
 * @param options with `file` as absolute path
 * @throws UserError as runHotpatch, and RV6405 when the deployment cannot be started
 */
export function rehearseHotpatch(
  service: string | undefined,
  options: RehearseHotpatchOptions,
  cli: Cli,
  command: Command,
): Promise<ExitCode> {
  return untilInterrupted(async (signal) => {
    const running = await runningDeployment(service, cli, command);
    if (running !== undefined) return rehearse(running, 'running', options, { cli, command, signal });
    const fresh = freshDeployment(
      {
        servicePath: findService(service, surroundingsOf(cli, command)),
        ...(options.config === undefined ? {} : { configuration: findConfiguration(options.config, cli.cwd) }),
        speed: options.speed,
        command: commandName(cli.packageRoot, cli.cwd),
      },
      join(cli.bundlesDirectory, 'rolevm.cjs'),
    );
    try {
      await fresh.start();
      return await rehearse(requireRunning(fresh.options.stateDirectory), 'fresh', options, { cli, command, signal });
    } finally {
      await fresh.close();
    }
  });
}

interface Invoked {
  readonly cli: Cli;
  readonly command: Command;
  readonly signal: AbortSignal;
}

async function rehearse(
  emulator: StateFile,
  deployment: 'running' | 'fresh',
  options: RehearseHotpatchOptions,
  { cli, command, signal }: Invoked,
): Promise<ExitCode> {
  const { file: source, destination, role, instance, mode, junit } = options;
  const json = isJson(command);
  const paint = painter(wantsColour(command));
  const audience: HotpatchAudience = {
    begins: (target, speed) => json || print(openingLines({ ...target, mode, deployment, speed }, paint)),
    step: (step) => json || print([stepLine(step, paint)]),
  };
  const asked = {
    source,
    mode,
    deployment,
    ...(destination === undefined ? {} : { destination }),
    ...(role === undefined ? {} : { role }),
    ...(instance === undefined ? {} : { instance }),
  };
  const report = await runHotpatch(emulator, asked, audience, signal);
  if (junit !== undefined) writeJunit(hotpatchSuite(report), junit, cli);
  if (json) printJson(report);
  else print(verdictLines(report, paint, commandName(cli.packageRoot, cli.cwd)));
  if (report.interrupted) return exitCodes.interrupted;
  return report.verdict.passed ? exitCodes.ok : exitCodes.failed;
}

/** The deployment of the service that runs here; one of another service is left alone. */
async function runningDeployment(service: string | undefined, cli: Cli, command: Command): Promise<StateFile | undefined> {
  const surroundings = surroundingsOf(cli, command);
  const servicePath = service === undefined ? undefined : findService(service, surroundings);
  const place = servicePath === undefined ? placeFound(surroundings) : stateForService(surroundings, servicePath);
  const emulator = place === undefined ? undefined : runningState(place.stateDirectory);
  if (emulator === undefined || servicePath === undefined) return emulator;
  const { deployment } = await request(emulator, 'GET /status');
  return realpathSync(deployment.servicePath) === realpathSync(servicePath) ? emulator : undefined;
}

function writeJunit(suite: JunitSuite, file: string, cli: Cli): void {
  writeAtomically(resolve(cli.cwd, file), junitXml(suite));
}
