import { type JournalRecord, journalRecord, type RunRecord } from '../../contracts/journal.ts';
import { readRotated } from '../../logs/read-rotated.ts';

/** One run of an emulator as the journal has it. */
export interface JournalRun {
  readonly run: RunRecord;
  /** In the order of their time. */
  readonly records: readonly JournalRecord[];
}

/** The journal itself never grows much beyond this; one that somebody has put there may. */
const limits = { maxLineBytes: 20_000, maxFileBytes: 8_000_000 };

/**
 * The runs that the journal knows, oldest first. Runs that have not come to starting anything are left out.
 *
 * A line that is no record is passed over: the last one may be torn, and another version may have written others.
 *
 * @throws the file system's error when the journal exists and cannot be read
 */
export async function readJournal(file: string): Promise<readonly JournalRun[]> {
  const runs: (JournalRun & { readonly records: JournalRecord[]; readonly known: Set<string> })[] = [];
  await readRotated(file, limits, (line) => {
    const record = parsed(line);
    const current = runs.at(-1);
    if (record?.type === 'run') {
      if (current?.run.at !== record.at || current.run.pid !== record.pid) runs.push({ run: record, records: [], known: new Set() });
    } else if (record !== undefined && current !== undefined && !current.known.has(line)) {
      // A file that the run has begun repeats what went on then.
      current.known.add(line);
      current.records.push(record);
    }
  });
  return runs
    .filter(({ records }) => records.some(({ type }) => type === 'status'))
    .map(({ run, records }) => ({ run, records: records.sort((a, b) => a.at.localeCompare(b.at)) }));
}

function parsed(line: string): JournalRecord | undefined {
  try {
    const { data } = journalRecord.safeParse(JSON.parse(line));
    return data;
  } catch {
    return undefined;
  }
}
