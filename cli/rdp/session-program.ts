import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sessionMarker } from '../../contracts/deployment.ts';
import { UserError } from '../../contracts/diagnostic.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';
import type { DriveLayout } from '../../sandbox/drive-layout.ts';
import { ensureDirectory } from '../../sandbox/ensure-directory.ts';
import { resolveProgram } from '../../sandbox/programs/resolve-program.ts';
import { overlayVariables, roleEnvironmentVariables } from '../../sandbox/role-environment-variables.ts';

/** What a session runs, and in which surroundings. */
export interface SessionProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Host path. */
  readonly cwd: string;
}

/** Variables of the user's own that only tell how the terminal is to be written to. */
const ofTheTerminal = ['TERM', 'COLORTERM', 'LANG', 'LC_ALL', 'LC_CTYPE', 'NO_COLOR', 'TZ'];

/**
 * The variables that a session finds: those of an elevated startup task, the profile of its account, and what describes the terminal.
 * Making the profile's folder is what Windows does at a first sign-in.
 *
 * @throws UserError RV3103 when something else is in its place
 */
export async function sessionEnvironment(
  layout: DriveLayout,
  vm: VmDocument,
  account: string,
  own: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const profile = join(layout.windowsDrive.host, 'Users', account);
  await ensureDirectory(layout.vmRoot, profile);
  const systemRoot = process.platform === 'win32' ? { systemRoot: own['SystemRoot'] ?? '' } : {};
  const role = roleEnvironmentVariables(layout.vmRoot, vm, own['PATH'] ?? '', { executionContext: 'elevated', ...systemRoot });
  const terminal = ofTheTerminal.flatMap((name) => (own[name] === undefined ? [] : [{ name, value: own[name] }]));
  return overlayVariables(role, [
    ...terminal,
    { name: 'USERNAME', value: account },
    { name: 'USERPROFILE', value: profile },
    { name: 'HOME', value: profile },
    { name: sessionMarker, value: vm.instanceId },
  ]);
}

/**
 * A shell of this machine in approot, with a prompt that names the instance. It reads none of the user's own start files.
 *
 * @param interactive whether somebody types
 */
export function shellProgram(
  layout: DriveLayout,
  instance: string,
  env: Readonly<Record<string, string>>,
  { own, interactive }: { readonly own: NodeJS.ProcessEnv; readonly interactive: boolean },
): SessionProgram {
  const cwd = layout.approot.host;
  if (process.platform === 'win32')
    return { file: own['ComSpec'] ?? 'cmd.exe', args: [], env: { ...env, PROMPT: `[${instance}] $P$G` }, cwd };
  const bash = [own['SHELL'] ?? '', '/bin/bash', '/usr/bin/bash'].find((file) => basename(file) === 'bash' && existsSync(file));
  const typed = interactive ? ['-i'] : [];
  if (bash === undefined) return { file: '/bin/sh', args: typed, env: { ...env, PS1: `[${instance}] $PWD> ` }, cwd };
  return { file: bash, args: ['--noprofile', '--norc', ...typed], env: { ...env, SHELL: bash, PS1: `[${instance}] \\w> ` }, cwd };
}

/**
 * One program, found as those of startup tasks are: in approot, on a drive, on the PATH.
 *
 * @throws UserError RV6606 when it is not found or needs Windows
 */
export function commandProgram(
  layout: DriveLayout,
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): SessionProgram {
  try {
    const place = { vmRoot: layout.vmRoot, workingDirectory: layout.approot.drive, env };
    const resolved = resolveProgram({ program, arguments: args, redirections: [] }, place);
    return { file: resolved.file, args: resolved.args, env, cwd: resolved.cwd };
  } catch (error) {
    throw new UserError(
      'RV6606',
      error instanceof Error ? error.message.replace(/\.$/, '') : String(error),
      'name a program that lies in approot, on a drive of the VM or on the PATH',
    );
  }
}
