import type { EmulatorOptions } from '../../contracts/emulator-options.ts';
import type { Timings } from '../../contracts/timings.ts';
import { scaledClock } from '../../kernel/clock.ts';
import { journalFile, lastSignOf } from '../journal-file.ts';
import { storedVms } from '../stored-vms.ts';
import type { Feed } from './feed.ts';
import { openJournal } from './journal.ts';
import { limitWatch } from './limit-watch.ts';

export interface TimeLineParts {
  readonly options: Pick<EmulatorOptions, 'stateDirectory' | 'logsDirectory' | 'speed'>;
  readonly timings: Timings;
  readonly version: string;
  readonly service: string;
}

/**
 * Writes the journal of this run from what the feed tells, and tells when a limit is crossed.
 *
 * To be called before anything is changed in the state directory: the drives show when the run before was last alive.
 *
 * @returns how to close the journal
 */
export function keepTimeLine(feed: Feed, { options, timings, version, service }: TimeLineParts): () => void {
  const { stateDirectory, logsDirectory, speed } = options;
  const { roleStartMs, onStopMs } = timings;
  const clock = scaledClock(speed);
  const formerSign = lastSignOf(storedVms(stateDirectory).map(({ root }) => root));
  const journal = openJournal({
    file: journalFile(logsDirectory),
    run: {
      at: new Date().toISOString(),
      pid: process.pid,
      version,
      service,
      speed,
      limits: { roleStartMs, onStopMs },
      ...(formerSign === undefined ? {} : { formerSign }),
    },
    azureNow: clock.now,
  });
  const watch = limitWatch(feed, clock, timings, speed);
  feed.follow((item) => {
    journal.note(item);
    if (item.type === 'status') watch(item.instance);
  });
  return journal.close;
}
