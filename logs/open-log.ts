import { renameSync } from 'node:fs';
import createLogger from 'winston/lib/winston/create-logger.js';
import { type LineFormat, type LogLevel, winstonFormat } from './line-format.ts';
import { SynchronousTransport } from './synchronous-transport.ts';

export interface LogOptions {
  /** Host path; its folder is made when it is missing. */
  readonly file: string;
  /** The form of the lines: `bootstrapperLine`, `agentLine`, `traceLine('WaWorkerHost')`. */
  readonly format: LineFormat;
  /** Process number in the lines; this process without it. */
  readonly pid?: number;
  /** Size in bytes from which the file becomes `.old` and a new one begins. */
  readonly maxBytes?: number;
  /** `old`: what an earlier process wrote becomes `.old`. Without it the log goes on at its end. */
  readonly fresh?: 'old';
  /** Wall-clock time in milliseconds since 1970. */
  readonly now?: () => number;
}

/** A log whose lines are on the disk when a call returns. No call throws. */
export interface Log {
  error(text: string, id?: number): void;
  warn(text: string, id?: number): void;
  info(text: string, id?: number): void;
  /** A sign of life: HEART. */
  heart(text: string, id?: number): void;
  /** Lines that could not be written so far and that the log does not mention yet. */
  readonly lost: number;
  /** Gives the descriptor back; a later line opens the file again. */
  close(): void;
}

interface Info {
  readonly level: LogLevel;
  readonly message: string;
  readonly id?: number;
}

const levels: Record<LogLevel, number> = { error: 0, warn: 1, info: 2, heart: 3 };

/** The rotation limits of Azure's agents are not public (AB 16); two files of this size per log keep days of heartbeats. */
const defaultMaxBytes = 8 * 1024 * 1024;

/**
 * Opens one log of a VM. The caller is its only writer.
 *
 * @returns the log; a file that cannot be opened now is tried again at each line
 */
export function openLog({ file, format, pid = process.pid, maxBytes = defaultMaxBytes, fresh, now = Date.now }: LogOptions): Log {
  if (fresh === 'old') moveAside(file);
  const transport = new SynchronousTransport({
    file,
    maxBytes,
    now,
    lostLines: ({ count, reason, since }) =>
      format({ time: since, level: 'warn', text: `Lines of this log that could not be written: ${count} (${reason}).`, pid }),
  });
  const toLine = ({ level, message, id }: Info) => format({ time: new Date(now()), level, text: message, pid, id });
  const logger = createLogger({ levels, level: 'heart', format: winstonFormat(toLine), transports: [transport] });
  const write = (level: LogLevel) => (text: string, id?: number) => {
    logger.write({ level, message: String(text), id });
  };
  return {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    heart: write('heart'),
    get lost() {
      return transport.lost;
    },
    close: () => transport.release(),
  };
}

function moveAside(file: string): void {
  try {
    renameSync(file, `${file}.old`);
  } catch {
    // There is none, or it has to stay: the log goes on at its end.
  }
}
