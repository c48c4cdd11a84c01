import { join } from 'node:path';
import createLogger from 'winston/lib/winston/create-logger.js';
import type { EventBody, EventEntry, EventLogName } from './event-entry.ts';
import { winstonFormat } from './line-format.ts';
import { type Loss, SynchronousTransport } from './synchronous-transport.ts';

export interface EventLogOptions {
  /** Host path of `D:\Windows\System32\winevt\Logs`. */
  readonly directory: string;
  /** Name of the writing process. It is part of the file's name, because a file has one writer. */
  readonly writer: string;
  /** Size in bytes from which a file becomes `.old`. */
  readonly maxBytes?: number;
  /** Wall-clock time in milliseconds since 1970. */
  readonly now?: () => number;
}

/** Writes entries of the Windows event logs. They are on the disk when a call returns; no call throws. */
export interface EventLog {
  write(event: EventBody): void;
  /** Gives the descriptors back. */
  close(): void;
}

interface Info {
  readonly level: string;
  readonly message: string;
  readonly entry: EventEntry;
}

/** What Windows gives its classic logs. */
const defaultMaxBytes = 20 * 1024 * 1024;

/**
 * The event logs of a VM as one process writes them: `Windows Azure.WaHostBootstrapper.jsonl` and the like, one JSON object a
 * line, a file for each log that the process has an event for.
 */
export function openEventLog({ directory, writer, maxBytes = defaultMaxBytes, now = Date.now }: EventLogOptions): EventLog {
  const open = new Map<EventLogName, ReturnType<typeof openFile>>();
  const entryOf = (event: EventBody, time = new Date(now())): EventEntry => ({ time: time.toISOString(), ...event });
  const openFile = (log: EventLogName) => {
    const transport = new SynchronousTransport({
      file: join(directory, `${log}.${writer}.jsonl`),
      maxBytes,
      now,
      lostLines: (loss) => JSON.stringify(entryOf(eventsLost(log, loss), loss.since)),
    });
    const format = winstonFormat<Info>(({ entry }) => JSON.stringify(entry));
    return { transport, logger: createLogger({ level: 'info', format, transports: [transport] }) };
  };
  return {
    write(event) {
      const file = open.get(event.log) ?? openFile(event.log);
      open.set(event.log, file);
      file.logger.write({ level: 'info', message: event.message, entry: entryOf(event) });
    },
    close() {
      for (const { transport } of open.values()) transport.release();
    },
  };
}

/** Windows has 1101 for events that the transport dropped; that it stands in each log here is ours (I). */
function eventsLost(log: EventLogName, { count, reason }: Loss): EventBody {
  return {
    log,
    source: 'EventLog',
    id: 1101,
    level: 'Error',
    message: `Events have been dropped by the transport: ${count} (${reason}).`,
    data: { count },
  };
}
