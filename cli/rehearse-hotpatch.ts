import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { StateFile } from '../contracts/control-api.ts';
import { request } from '../control/client.ts';
import { harmless, painter } from '../control/colour.ts';
import { commandName } from '../control/command-name.ts';
import { shellQuote } from '../control/shell-quote.ts';
import { placeFound, stateForService } from '../control/state-directory.ts';
import { requireRunning, runningState } from '../control/state-file.ts';
import { writeAtomically } from '../kernel/write-atomically.ts';
import { freshDeployment } from '../rehearsal/fresh-deployment.ts';
import type { CoachFact } from '../rehearsal/hotpatch/coach/coach-facts.ts';
import { coachLines, coachSuite } from '../rehearsal/hotpatch/coach/coach-lines.ts';
import { factText, hintText } from '../rehearsal/hotpatch/coach/coach-words.ts';
import { type CoachAudience, runCoach } from '../rehearsal/hotpatch/coach/run-coach.ts';
import type { HotpatchTarget, TargetRequest } from '../rehearsal/hotpatch/find-target.ts';
import { hotpatchSuite } from '../rehearsal/hotpatch/hotpatch-junit.ts';
import { factLine, openingLines, stepLine, verdictLines } from '../rehearsal/hotpatch/report-lines.ts';
import { type HotpatchAudience, runHotpatch } from '../rehearsal/hotpatch/run-hotpatch.ts';
import { type JunitSuite, junitXml } from '../rehearsal/junit.ts';
import { toHostPath } from '../sandbox/drive-path.ts';
import { type Cli, emulatorOf, globalsOf, isJson, print, printJson, surroundingsOf, wantsColour } from './cli.ts';
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
    if (options.coach === true) return coach(emulatorOf(cli, command), options, { cli, command, signal });
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
  const { mode, junit } = options;
  const json = isJson(command);
  const paint = painter(wantsColour(command));
  const audience: HotpatchAudience = {
    begins: (target, speed) => json || print(openingLines({ ...target, mode, deployment, speed }, paint)),
    step: (step) => json || print([stepLine(step, paint)]),
  };
  const report = await runHotpatch(emulator, { ...askedOf(options), mode, deployment }, audience, signal);
  if (junit !== undefined) writeJunit(hotpatchSuite(report), junit, cli);
  if (json) printJson(report);
  else print(verdictLines(report, paint, commandName(cli.packageRoot, cli.cwd)));
  if (report.interrupted) return exitCodes.interrupted;
  return report.verdict.passed ? exitCodes.ok : exitCodes.failed;
}

async function coach(emulator: StateFile, options: RehearseHotpatchOptions, { cli, command, signal }: Invoked): Promise<ExitCode> {
  const json = isJson(command);
  const paint = painter(wantsColour(command));
  const { state } = globalsOf(command);
  const rolevm = `${commandName(cli.packageRoot, cli.cwd)}${state === undefined ? '' : ` --state ${shellQuote(state)}`}`;
  let target: HotpatchTarget | undefined;
  let hinted: string | undefined;
  let started: string | undefined;
  const hint = (facts: readonly CoachFact[]) => {
    if (target === undefined || json || options.quiet === true) return;
    const { vmRoot } = target;
    const text = hintText(facts, target, rolevm, (drivePath) => toHostPath(vmRoot, drivePath));
    if (text !== undefined && text !== hinted) print([paint('cyan', `           → ${text}`)]);
    hinted = text;
  };
  const audience: CoachAudience = {
    begins: (found, speed) => {
      target = found;
      if (!json) print(openingLines({ ...found, mode: 'coach', deployment: 'running', speed }, paint));
      hint([]);
    },
    fact: (fact, afterMs, facts) => {
      const text = target === undefined ? undefined : factText(fact, target);
      // A start is told anew with everything that it does.
      const again = fact.type === 'start' && text === started;
      if (fact.type === 'start') started = text;
      if (!json && !again && text !== undefined) print([factLine(harmless(text, false), afterMs, paint)]);
      hint(facts);
    },
  };
  const report = await runCoach(emulator, askedOf(options), audience, signal);
  if (options.junit !== undefined) writeJunit(coachSuite(report), options.junit, cli);
  if (json) printJson(report);
  else print(coachLines(report, paint));
  return report.passed ? exitCodes.ok : exitCodes.failed;
}

function askedOf({ file: source, destination, role, instance }: RehearseHotpatchOptions): TargetRequest {
  return {
    source,
    ...(destination === undefined ? {} : { destination }),
    ...(role === undefined ? {} : { role }),
    ...(instance === undefined ? {} : { instance }),
  };
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
