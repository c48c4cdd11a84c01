import type { ProcessEntry, ProcessTable } from './types.ts';

/** Asks Windows Management Instrumentation. Untested on Windows: written after the documentation of Win32_Process. */
export const windowsTable: ProcessTable = {
  list: () => query(''),
  read: (pid) => query(`-Filter 'ProcessId=${pid}'`)[0],
  // Another process's environment can be read only with debugger rights.
  environment: () => [],
  commandLine: () => [],
  // Not needed: Windows refuses to remove what is open by itself.
  openFiles: () => [],
};

function query(filter: string): ProcessEntry[] {
  // Asked for by name at run time: a process that never lists others does not load it.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const done = spawnSync('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script(filter)], {
    encoding: 'utf8',
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  });
  // PowerShell and its console host are in the listing: they are nobody's work and gone by now.
  return parseProcesses(done.stdout ?? '').filter((entry) => entry.pid !== done.pid && entry.ppid !== done.pid);
}

function script(filter: string): string {
  // The creation date as text: it has more digits than a JSON number may have.
  const columns =
    "ProcessId,ParentProcessId,Name,KernelModeTime,UserModeTime,WorkingSetSize,@{n='Start';e={[string]$_.CreationDate.ToFileTimeUtc()}}";
  return `Get-CimInstance Win32_Process ${filter} | Select-Object ${columns} | ConvertTo-Json -Compress`;
}

interface Row {
  readonly ProcessId: number;
  readonly ParentProcessId: number;
  readonly Name: string;
  /** Units of 100 ns, as are all times here. */
  readonly KernelModeTime: number;
  readonly UserModeTime: number;
  readonly WorkingSetSize: number;
  /** Since 1601. */
  readonly Start: string;
}

/** The rows that the query prints as JSON: one object, or an array of them. */
export function parseProcesses(json: string): ProcessEntry[] {
  if (json.trim() === '') return [];
  const rows = [JSON.parse(json) as Row | readonly Row[]].flat() as readonly Row[];
  const starts = new Map(rows.map((row) => [row.ProcessId, startOf(row)]));
  return rows.map((row) => {
    const start = startOf(row);
    // Windows keeps the number of a parent that has gone: a "parent" younger than its child is another process.
    const parentIsOlder = (starts.get(row.ParentProcessId) ?? 0n) <= start;
    return {
      pid: row.ProcessId,
      startTicks: String(start),
      ppid: parentIsOlder ? row.ParentProcessId : 0,
      state: 'R',
      pgid: 0,
      session: 0,
      cpuMs: (row.KernelModeTime + row.UserModeTime) / 10_000,
      memory: row.WorkingSetSize,
      startedAtMs: Number(start / 10_000n - msFrom1601To1970),
      name: row.Name,
    };
  });
}

const msFrom1601To1970 = 11_644_473_600_000n;

function startOf(row: Row): bigint {
  return /^\d+$/.test(row.Start ?? '') ? BigInt(row.Start) : 0n;
}
