import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LaunchSpec } from '../../kernel/start-process.ts';
import { toDrivePath, toHostPath } from '../drive-path.ts';
import { type CommandLine, parseCommandLine } from './parse-command-line.ts';
import { type ResolvedProgram, resolveProgram } from './resolve-program.ts';

export interface ProgramRequest {
  readonly commandLine: string;
  readonly vmRoot: string;
  /** Drive path, such as `E:\approot`. */
  readonly workingDirectory: string;
  /** The program's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Host path of the file that keeps what it prints. */
  readonly outputFile: string;
  /** Host folder of the bundles: holds the module that reports exit codes of 32 bits. */
  readonly bundlesDirectory: string;
  /** Says itself how the program is run, where rolevm plays it. */
  readonly resolve?: (line: CommandLine) => ResolvedProgram;
}

/**
 * How a startup task's or a role's program is started.
 *
 * @throws Error with one sentence when the command line cannot be taken apart or its program cannot be run
 */
export function launchProgram(request: ProgramRequest): LaunchSpec {
  const line = parseCommandLine(request.commandLine, (name) => lookup(request.env, name));
  const program = request.resolve?.(line) ?? resolveProgram(line, request);
  const descriptors = new Descriptors();
  try {
    const { stdout, stderr } = openOutputs(line, request, descriptors);
    const code = program.reportsExitCode ? openExitCodeFile() : undefined;
    if (code !== undefined) descriptors.add(code.fd);
    const preload = code === undefined ? [] : ['--require', path.join(request.bundlesDirectory, 'report-exit-code.cjs')];
    return {
      file: program.file,
      args: [...preload, ...program.args],
      env: request.env,
      cwd: program.cwd,
      ipc: false,
      stdout,
      stderr,
      ...(code === undefined ? {} : { extra: [code.fd] }),
      release: () => descriptors.closeAllBut(code?.fd),
      explainExit: (cause) => {
        const told = code?.read();
        descriptors.closeAllBut(undefined);
        return told === undefined || cause.kind !== 'exited' ? cause : { ...cause, code: told };
      },
    };
  } catch (error) {
    descriptors.closeAllBut(undefined);
    throw error;
  }
}

class Descriptors {
  readonly #open = new Set<number>();

  add(fd: number): number {
    this.#open.add(fd);
    return fd;
  }

  closeAllBut(kept: number | undefined): void {
    for (const fd of this.#open) {
      if (fd === kept) continue;
      fs.closeSync(fd);
      this.#open.delete(fd);
    }
  }
}

function lookup(env: Readonly<Record<string, string>>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, value] of Object.entries(env)) if (key.toLowerCase() === wanted) return value;
  return undefined;
}

function openOutputs(line: CommandLine, request: ProgramRequest, descriptors: Descriptors): { stdout: number; stderr: number } {
  fs.mkdirSync(path.dirname(request.outputFile), { recursive: true });
  const kept = descriptors.add(fs.openSync(request.outputFile, 'a'));
  const handles = { stdout: kept, stderr: kept };
  for (const { handle, target } of line.redirections) {
    if ('sameAs' in target) {
      handles[handle] = handles[target.sameAs];
      continue;
    }
    const isNul = target.file.toLowerCase() === 'nul';
    const file = isNul ? os.devNull : resolveOutput(request, target.file);
    handles[handle] = descriptors.add(fs.openSync(file, target.append ? 'a' : 'w'));
  }
  return handles;
}

/** `> log.txt` lands in the working directory (PL 9), a drive path on its drive, a host path, as variables hold them, only inside the VM. */
function resolveOutput({ vmRoot, workingDirectory }: ProgramRequest, file: string): string {
  const slashed = file.replaceAll('\\', '/');
  const inside = path.isAbsolute(slashed) ? toDrivePath(vmRoot, path.resolve(slashed)) : undefined;
  if (inside !== undefined) return toHostPath(vmRoot, inside);
  if (/^[a-z]:/i.test(file)) return toHostPath(vmRoot, file);
  if (path.isAbsolute(slashed)) throw new Error(`The redirection to "${file}" leaves the drives of the VM.`);
  return toHostPath(vmRoot, path.win32.join(workingDirectory, file));
}

interface ExitCodeFile {
  readonly fd: number;
  /** What the program left there, or undefined. */
  read(): number | undefined;
}

/** Exit statuses are 8 bits on Unix: 3010 would arrive as 194. A Node program writes its code into this file, which has no name. */
function openExitCodeFile(): ExitCodeFile {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-'));
  const fd = fs.openSync(path.join(directory, 'code'), 'w+');
  fs.rmSync(directory, { recursive: true, force: true });
  return {
    fd,
    read: () => {
      const buffer = Buffer.alloc(16);
      const length = fs.readSync(fd, buffer, 0, buffer.length, 0);
      const text = buffer.toString('latin1', 0, length);
      return /^-?\d{1,11}$/.test(text) ? Number(text) | 0 : undefined;
    },
  };
}
