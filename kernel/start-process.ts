import { execa } from 'execa';
import type { ExitCause } from '../contracts/exit-cause.ts';
import { type ProcessIdentity, processIdentity } from './process-table/index.ts';

/** What to start and how; the caller decides everything, nothing is inherited. */
export interface LaunchSpec {
  readonly file: string;
  readonly args: readonly string[];
  /** What `ps` shows in place of the file. */
  readonly argv0?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /**
   * Descriptors of files for stdout and stderr, or undefined for nowhere. Never a pipe: a program that writes into a pipe dies
   * with its reader, and a role host must outlive its bootstrapper.
   */
  readonly stdout?: number;
  readonly stderr?: number;
  /** Further descriptors, from 3 on. */
  readonly extra?: readonly number[];
  /** With a message channel. */
  readonly ipc: boolean;
  /** Called when the descriptors have been handed over. */
  readonly release?: () => void;
  /** What else is known of the end, such as an exit code of 32 bits. */
  readonly explainExit?: (cause: ExitCause) => ExitCause;
  /** Leads a session and process group of its own, out of reach of the terminal's Ctrl-C. */
  readonly detached?: boolean;
}

export interface StartedProcess extends ProcessIdentity {
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface RunningProcess {
  send(message: object): void;
  /** Signals it; `cause` is what its exit will be reported as. */
  kill(signal: NodeJS.Signals, cause: ExitCause['kind']): void;
  /** Its next exit is one that was asked for. */
  expectExit(): void;
}

export interface ProcessListener {
  started(process: StartedProcess): void;
  message(raw: unknown): void;
  exited(cause: ExitCause): void;
}

/** Starts a process and reports its life to the listener: `started` unless it cannot be started, then messages, then `exited`, once. */
export function startProcess(spec: LaunchSpec, listener: ProcessListener): RunningProcess {
  const child = execa(spec.file, [...spec.args], {
    env: spec.env,
    extendEnv: false,
    cwd: spec.cwd,
    stdio: ['ignore', descriptor(spec.stdout), descriptor(spec.stderr), ...(spec.extra ?? []).map((fd) => descriptor(fd))],
    ipc: spec.ipc,
    ...(spec.ipc ? { serialization: 'json' as const } : {}),
    ...(spec.argv0 === undefined ? {} : { argv0: spec.argv0 }),
    detached: spec.detached ?? false,
    buffer: false,
    reject: false,
    // Ending children is the job's business; a bootstrapper that ends must leave them alone.
    cleanup: false,
    windowsHide: true,
  });
  let expected: ExitCause['kind'] | undefined;
  child.on('message', (raw: unknown) => listener.message(raw));
  spec.release?.();
  if (child.pid !== undefined) {
    const identity = processIdentity(child.pid) ?? { pid: child.pid, startTicks: '' };
    listener.started({ ...identity, startedAt: new Date().toISOString() });
  }
  void child.then((result) => {
    const cause = exitCauseOf(result, expected);
    listener.exited(spec.explainExit?.(cause) ?? cause);
  });
  return {
    send: (message) => {
      // A message to a process that is just ending is lost; its exit is the answer.
      if (child.connected) child.send(message, () => {});
    },
    kill: (signal, cause) => {
      expected = cause;
      child.kill(signal);
    },
    expectExit: () => {
      expected ??= 'asked';
    },
  };
}

/** execa takes any descriptor; its types know only the first three. */
function descriptor(fd: number | undefined): 1 | 'ignore' {
  return fd === undefined ? 'ignore' : (fd as 1);
}

interface ExecaResult {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly failed?: boolean;
  readonly originalMessage?: string | undefined;
  readonly code?: string | undefined;
}

function exitCauseOf(result: ExecaResult, expected: ExitCause['kind'] | undefined): ExitCause {
  const code = result.exitCode === undefined ? {} : { code: result.exitCode };
  const signal = result.signal === undefined ? {} : { signal: result.signal };
  if (expected !== undefined) return { kind: expected, ...code, ...signal };
  if (result.signal !== undefined) return { kind: 'killed', ...signal };
  if (result.exitCode === undefined) return { kind: 'notStarted', detail: result.originalMessage ?? result.code ?? 'unknown reason' };
  return { kind: 'exited', ...code };
}
