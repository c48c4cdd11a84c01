import fs from 'node:fs';
import path from 'node:path';
import { toDrivePath, toHostPath } from '../drive-path.ts';
import { toolNames } from '../tools/tool-names.ts';
import type { CommandLine } from './parse-command-line.ts';

export interface ResolvedProgram {
  readonly file: string;
  readonly args: readonly string[];
  /** Host path. */
  readonly cwd: string;
  /** It runs in a Node of ours, which can tell exit codes of 32 bits. */
  readonly reportsExitCode: boolean;
}

export interface ProgramPlace {
  readonly vmRoot: string;
  /** Drive path. */
  readonly workingDirectory: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds the program of a command line: below the working directory, on a drive, among the guest's tools, or on the PATH; its extension
 * says how it is run.
 *
 * @throws Error with one sentence when there is none or it needs Windows
 */
export function resolveProgram(line: CommandLine, place: ProgramPlace): ResolvedProgram {
  const cwd = toHostPath(place.vmRoot, place.workingDirectory);
  const extension = path.extname(line.program).toLowerCase();
  if (needsWindows.has(extension)) {
    throw new Error(
      `"${line.program}" needs the guest's own command shell, which this version of rolevm does not have: use a program, a .js or a .sh file.`,
    );
  }
  const args = line.arguments.map((argument) => hostArgument(argument, place, cwd));
  const own = findOnDrives(line.program, place) ?? findTool(line.program, place);
  if (own !== undefined) {
    // A tool of the guest knows drives: what it is told stays as it is written.
    if (isTool(own, place)) return { file: process.execPath, args: [own, ...line.arguments], cwd, reportsExitCode: true };
    if (nodeExtensions.has(extension)) return { file: process.execPath, args: [own, ...args], cwd, reportsExitCode: true };
    if (extension === '.sh') return { file: '/bin/sh', args: [own, ...args], cwd, reportsExitCode: false };
    return { file: own, args, cwd, reportsExitCode: false };
  }
  const onPath = findOnPath(line.program, place.env);
  if (onPath === undefined)
    throw new Error(`"${line.program}" was found neither in ${place.workingDirectory} nor on the PATH (0x80070002).`);
  return { file: onPath, args, cwd, reportsExitCode: false };
}

const needsWindows = new Set(['.cmd', '.bat', '.ps1', '.vbs']);
const nodeExtensions = new Set(['.js', '.mjs', '.cjs']);

function findOnDrives(program: string, place: ProgramPlace): string | undefined {
  const drivePath = drivePathOf(program, place);
  for (const candidate of path.win32.extname(drivePath) === '' ? [drivePath, `${drivePath}.exe`] : [drivePath]) {
    const host = toHostPath(place.vmRoot, candidate);
    if (fs.statSync(host, { throwIfNoEntry: false })?.isFile()) return host;
  }
  return undefined;
}

/** Variables of the role hold host paths: such a path names a program only inside the VM. */
function drivePathOf(program: string, { vmRoot, workingDirectory }: ProgramPlace): string {
  if (/^[a-z]:[\\/]/i.test(program)) return program;
  const slashed = program.replaceAll('\\', '/');
  const inside = path.isAbsolute(slashed) ? toDrivePath(vmRoot, path.resolve(slashed)) : undefined;
  return inside ?? path.win32.join(workingDirectory, program);
}

/** Windows finds programs of its own in System32 before it looks at the PATH (W). */
function findTool(program: string, place: ProgramPlace): string | undefined {
  if (!toolNames.some((name) => name === program.toLowerCase().replace(/\.exe$/, ''))) return undefined;
  return findOnDrives(`${system32}\\${program.replace(/(\.exe)?$/i, '.exe')}`, place);
}

function isTool(host: string, { vmRoot }: ProgramPlace): boolean {
  return toolNames.some((name) => host === toHostPath(vmRoot, `${system32}\\${name}.exe`));
}

const system32 = 'D:\\Windows\\System32';

function findOnPath(program: string, env: Readonly<Record<string, string>>): string | undefined {
  if (/[\\/]/.test(program)) return undefined;
  const plain = program.replace(/\.exe$/i, '');
  const names = process.platform === 'win32' ? [`${plain}.exe`, program] : [program, plain];
  const searchPath = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? '';
  for (const directory of searchPath.split(path.delimiter)) {
    for (const name of names) {
      const candidate = path.join(directory, name);
      if (directory !== '' && fs.statSync(candidate, { throwIfNoEntry: false })?.isFile()) return candidate;
    }
  }
  // The one program that every role of this emulator may count on.
  return plain.toLowerCase() === 'node' ? process.execPath : undefined;
}

/** Programs of the host see host paths: a drive path, or a path with backslashes that names an existing file, is turned into one. */
function hostArgument(argument: string, place: ProgramPlace, cwd: string): string {
  if (process.platform === 'win32' && !/^[a-z]:[\\/]/i.test(argument)) return argument;
  if (/^[c-f]:[\\/]/i.test(argument)) return hostPathOrText(place.vmRoot, argument);
  if (!argument.includes('\\')) return argument;
  const slashed = argument.replaceAll('\\', '/');
  return fs.existsSync(path.resolve(cwd, slashed)) ? slashed : argument;
}

/** What looks like a drive path and is none (`E:\approot\*.txt`) reaches the program as it was written. */
function hostPathOrText(vmRoot: string, argument: string): string {
  try {
    return toHostPath(vmRoot, argument);
  } catch {
    return argument;
  }
}
