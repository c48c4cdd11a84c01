import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { parseStat, type SystemUnits } from './linux-stat.ts';
import type { ProcessEntry, ProcessTable } from './types.ts';

/** Reads /proc: about 10 µs a process, no program is started. */
export const linuxTable: ProcessTable = { list, read, environment, commandLine, openFiles };

function list(): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    const first = name.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const entry = read(Number(name));
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

// A stat line is under 500 bytes: 52 numbers and a name of at most 15 characters.
const line = Buffer.alloc(2048);

function read(pid: number): ProcessEntry | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(`/proc/${pid}/stat`, 'r');
    return parseStat(line.toString('utf8', 0, readSync(descriptor, line, 0, line.length, 0)), systemUnits());
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function environment(pid: number): readonly string[] {
  return readList(`/proc/${pid}/environ`);
}

function commandLine(pid: number): readonly string[] {
  return readList(`/proc/${pid}/cmdline`);
}

function openFiles(pid: number): readonly string[] {
  const links = [`/proc/${pid}/cwd`, `/proc/${pid}/exe`, ...descriptorsOf(pid).map((name) => `/proc/${pid}/fd/${name}`)];
  return links.flatMap((link) => {
    try {
      const target = readlinkSync(link);
      // Pipes and sockets have names without a slash.
      return target.startsWith('/') ? [target] : [];
    } catch {
      return [];
    }
  });
}

function descriptorsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function readList(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\0').filter(Boolean);
  } catch {
    // Gone meanwhile, or somebody else's process.
    return [];
  }
}

let units: SystemUnits | undefined;

function systemUnits(): SystemUnits {
  units ??= { ...auxiliaryValues(), bootMs: Date.now() - Number.parseFloat(readFileSync('/proc/uptime', 'latin1')) * 1000 };
  return units;
}

/** Page size and clock ticks as the kernel hands them to every program: both differ between architectures. */
function auxiliaryValues(): Pick<SystemUnits, 'pageBytes' | 'ticksPerSecond'> {
  const found = new Map<number, number>();
  try {
    const words = readFileSync('/proc/self/auxv');
    const wide = process.arch !== 'arm' && process.arch !== 'ia32';
    const size = wide ? 8 : 4;
    for (let at = 0; at + 2 * size <= words.length; at += 2 * size) {
      // The values looked for fit in 32 bits; Node runs on little-endian Linux but for s390x.
      const low = (offset: number) => (process.arch === 's390x' ? words.readUInt32BE(offset + size - 4) : words.readUInt32LE(offset));
      found.set(low(at), low(at + size));
    }
  } catch {
    // Not readable in some sandboxes: the values of nearly every machine follow.
  }
  return { pageBytes: found.get(auxPageSize) ?? 4096, ticksPerSecond: found.get(auxClockTicks) ?? 100 };
}

const auxPageSize = 6;
const auxClockTicks = 17;
