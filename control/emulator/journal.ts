import { appendFileSync, closeSync, fstatSync, openSync, readSync } from 'node:fs';
import createLogger from 'winston/lib/winston/create-logger.js';
import type { FeedItem } from '../../contracts/control-api.ts';
import type { JournalRecord, RunRecord } from '../../contracts/journal.ts';
import { winstonFormat } from '../../logs/line-format.ts';
import { SynchronousTransport } from '../../logs/synchronous-transport.ts';
import { journalRecordOf } from './journal-record.ts';

export interface Journal {
  /** Keeps what a time line needs of it; the rest costs nothing. Never throws. */
  note(item: FeedItem): void;
  close(): void;
}

export interface JournalOptions {
  readonly file: string;
  readonly run: Omit<RunRecord, 'type'>;
  /** Milliseconds of Azure time since the emulator started. */
  readonly azureNow: () => number;
  /** Size in bytes from which the file becomes `.old`; one former file is kept. */
  readonly maxBytes?: number;
}

/** Days of a role that recycles a few times a minute, in two files. */
const defaultMaxBytes = 5_000_000;

/** Opens the journal of one run of the emulator, behind what earlier runs have written. Records are on the disk when a call returns. */
export function openJournal({ file, run, azureNow, maxBytes = defaultMaxBytes }: JournalOptions): Journal {
  const first: RunRecord = { type: 'run', ...run };
  const going = whatGoesOn();
  endTornLine(file);
  const transport = new SynchronousTransport({
    file,
    maxBytes,
    now: Date.now,
    // What began long ago and still goes on must not be lost with the files that told of it.
    heading: () => [first, ...going.records()].map((record) => JSON.stringify(record)),
    lostLines: ({ count, reason, since }) => {
      const text = `${count} ${count === 1 ? 'record' : 'records'} of the time line could not be written (${reason})`;
      return JSON.stringify({ type: 'notice', at: since.toISOString(), text } satisfies JournalRecord);
    },
  });
  const format = winstonFormat<{ record: JournalRecord }>(({ record }) => JSON.stringify(record));
  const logger = createLogger({ level: 'info', format, transports: [transport] });
  const write = (record: JournalRecord) => {
    logger.write({ level: 'info', message: record.type, record });
  };
  write(first);
  return {
    note: (item) => {
      const record = journalRecordOf(item, azureNow);
      if (record === undefined) return;
      write(record);
      going.note(record);
    },
    close: () => transport.release(),
  };
}

/** The last record of each thing that has not come to its end. */
function whatGoesOn(): { note(record: JournalRecord): void; records(): readonly JournalRecord[] } {
  const open = new Map<string, JournalRecord>();
  return {
    note: (record) => {
      switch (record.type) {
        case 'status':
          open.set(`status ${record.instance}`, record);
          break;
        case 'process.started':
          open.set(`process ${record.pid}`, record);
          break;
        case 'process.ended':
          open.delete(`process ${record.pid}`);
          open.delete(`debug ${record.pid}`);
          break;
        case 'debug':
          if (record.state === 'running') open.delete(`debug ${record.pid}`);
          else open.set(`debug ${record.pid}`, record);
      }
    },
    records: () => [...open.values()].sort((a, b) => a.at.localeCompare(b.at)),
  };
}

/** A power loss can cut the last line: what follows is not to become part of it. */
function endTornLine(file: string): void {
  try {
    const descriptor = openSync(file, 'r');
    const last = Buffer.alloc(1);
    try {
      const { size } = fstatSync(descriptor);
      if (size === 0 || readSync(descriptor, last, 0, 1, size - 1) === 0 || last[0] === 10) return;
    } finally {
      closeSync(descriptor);
    }
    appendFileSync(file, '\n');
  } catch {
    // There is none yet, or it cannot be written: the transport finds out and counts.
  }
}
