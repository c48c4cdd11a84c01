import type { FileRecord, JournalRecord } from '../../contracts/journal.ts';
import { drivesText } from '../../control/drives-text.ts';
import type { EndedRun } from './find-runs.ts';
import type { DriveMark } from './timeline.ts';

/** What happened to the drives of one instance in a run: patches, copies by hand, rebuilds. */
export function driveMarks({ records }: Pick<EndedRun, 'records'>): readonly DriveMark[] {
  const patches = records.filter((record) => record.type === 'file').filter(isPatch);
  const marks = records.flatMap((record): DriveMark[] => {
    if (record.type === 'drives') {
      return [{ at: record.at, what: 'rebuilt', text: drivesText(record) }];
    }
    if (record.type !== 'file' || record.what === 'free') return [];
    const { at, what, refused, drivePath, text } = record;
    if (isPatch(record)) return [{ at, what, ...(drivePath && { drivePath }), text: patchText(record, records) }];
    if (patches.some((patch) => isEchoOf(patch, record))) return [];
    return [{ at, what, ...(refused && { refused }), ...(drivePath && { drivePath }), text }];
  });
  return marks;
}

/** The watch sees what a patch does as well, a moment later or earlier: a copy is waited for until it is finished. */
const echoMs = 3_000;

function isPatch({ what }: FileRecord): boolean {
  return what === 'patched' || what === 'reverted';
}

function isEchoOf(patch: FileRecord, { at, drivePath = '' }: FileRecord): boolean {
  const file = patch.drivePath ?? '';
  const isBackup = drivePath.startsWith(`${file}.bak`);
  return (drivePath === file || isBackup) && Math.abs(Date.parse(at) - Date.parse(patch.at)) <= echoMs;
}

/** With what it means for the role, which only the watch knows. */
function patchText(patch: FileRecord, records: readonly JournalRecord[]): string {
  const seen = records.find(
    (record): record is FileRecord =>
      record.type === 'file' && record.drivePath === patch.drivePath && isEchoOf(patch, record) && !isPatch(record),
  );
  const meaning = seen?.text.slice(seen.drivePath?.length ?? 0).trim();
  return meaning === undefined ? patch.text : `${patch.text}; it ${meaning}`;
}
