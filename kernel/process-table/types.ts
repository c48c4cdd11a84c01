/** A process for good: pids are used again, a pid with its start time is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time as the system counts it; only compared, never computed with. */
  readonly startTicks: string;
}

export interface ProcessEntry extends ProcessIdentity {
  readonly ppid: number;
  /** Letter as `ps` shows it: R running, S and I sleeping, D waiting for a device, T and t stopped, Z ended but not reaped. */
  readonly state: string;
  /** Process group; 0 where the system has none. */
  readonly pgid: number;
  /** Session; 0 where the system has none or does not tell. */
  readonly session: number;
  /** Milliseconds of processor time used so far. */
  readonly cpuMs: number;
  /** Resident bytes. */
  readonly memory: number;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Name as the system holds it; Linux cuts it to 15 characters. */
  readonly name: string;
}

/** How one operating system tells of its processes. Every call is synchronous and never throws because a process has gone meanwhile. */
export interface ProcessTable {
  list(): ProcessEntry[];
  read(pid: number): ProcessEntry | undefined;
  /** `NAME=value` as given to the process at its start; empty where it may not be read. */
  environment(pid: number): readonly string[];
  /** Words of the command line; empty where it may not be read. */
  commandLine(pid: number): readonly string[];
  /** Paths of what it keeps from being removed on Windows: open files, its program, its working directory; empty where they may not be read. */
  openFiles(pid: number): readonly string[];
}
