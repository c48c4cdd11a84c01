import type { ProcessEntry, ProcessTable } from './types.ts';

/** Reads the output of `ps` where there is no /proc. Untested on macOS and the BSDs: written after their manuals, tried with procps. */
export const psTable: ProcessTable = {
  list: () => ps(['-A', '-o', columns]).flatMap(parseLine),
  read: (pid) => ps(['-p', String(pid), '-o', columns]).flatMap(parseLine)[0],
  // `ps -E` appends the environment to the command, words separated by spaces; values with spaces come apart.
  environment: (pid) => words(ps(['-Eww', '-p', String(pid), '-o', 'command='])).filter((word) => /^[A-Za-z_]\w*=/.test(word)),
  commandLine: (pid) => words(ps(['-ww', '-p', String(pid), '-o', 'command='])),
  // `ps` does not know them, and `lsof` takes a second.
  openFiles: () => [],
};

const columns = 'pid=,ppid=,pgid=,sess=,state=,lstart=,time=,rss=,comm=';

function ps(args: readonly string[]): string[] {
  // Asked for by name at run time: a process that never lists others does not load it.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const done = spawnSync('ps', [...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: process.env.TZ },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 1024 * 1024,
  });
  // The listing holds `ps` itself, a child of the asker: it is nobody's work and gone by now.
  const own = `${done.pid} `;
  return (done.stdout ?? '').split('\n').filter((line) => line.trim() !== '' && !line.trimStart().startsWith(own));
}

function words(lines: readonly string[]): string[] {
  return lines.join(' ').split(' ').filter(Boolean);
}

/** One line of `ps -o pid=,ppid=,pgid=,sess=,state=,lstart=,time=,rss=,comm=`; none when it has another form. */
export function parseLine(line: string): ProcessEntry[] {
  const match = lineForm.exec(line);
  if (match === null) return [];
  const [, pid, ppid, pgid, session, state, started, time, kilobytes, name] = match;
  const startedAtMs = Date.parse(started ?? '');
  return [
    {
      pid: Number(pid),
      startTicks: String(startedAtMs / 1000),
      ppid: Number(ppid),
      state: (state ?? '').charAt(0),
      pgid: Number(pgid),
      // macOS shows an address in this column.
      session: Number(session) || 0,
      cpuMs: milliseconds(time ?? ''),
      memory: Number(kilobytes) * 1024,
      startedAtMs,
      // macOS shows the path of the program.
      name: (name ?? '').replace(/^.*\//, ''),
    },
  ];
}

const lineForm = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\w+ \w+ +\d+ [\d:]+ \d+)\s+(\S+)\s+(\d+)\s+(.*\S)\s*$/;

/** Milliseconds of `[[days-]hours:]minutes:seconds[.hundredths]`. */
function milliseconds(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time];
  const seconds = (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
}
