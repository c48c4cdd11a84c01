import type { FeedItem, InstanceEntry } from '../../contracts/control-api.ts';
import type { FileRecord, JournalRecord, StatusRecord } from '../../contracts/journal.ts';

/**
 * What the journal keeps of an item of the feed.
 *
 * @param azureNow milliseconds of Azure time since the emulator started
 * @returns undefined for what no time line shows: output, and what has logs of its own
 */
export function journalRecordOf(item: FeedItem, azureNow: () => number): JournalRecord | undefined {
  switch (item.type) {
    case 'status':
      return statusRecord(item.at, item.instance, azureNow());
    case 'process.started':
      return { ...pick(item), type: item.type, kind: item.kind ?? 'played', ...(item.task === undefined ? {} : { task: item.task }) };
    case 'process.ended': {
      const { detail, ...cause } = item.cause;
      return { ...pick(item), type: item.type, cause: detail === undefined ? cause : { ...cause, detail: short(detail) } };
    }
    case 'debug':
      return { ...pick(item), type: item.type, state: item.state };
    case 'file':
      return fileRecord(item);
    case 'patched':
    case 'reverted': {
      const { at, instance, drivePath, type: what } = item;
      return { type: 'file', at, instance, what, drivePath, text: `${drivePath} was ${what}, sha256 ${item.sha256.slice(0, 16)}` };
    }
    case 'drives': {
      const { at, instance, snapshot } = item;
      return { type: 'drives', at, instance, rebuilt: [...item.rebuilt], ...(snapshot === undefined ? {} : { snapshot }) };
    }
    case 'rotation':
      return { type: 'rotation', at: item.at, instance: item.instance, inRotation: item.rotation.inRotation };
    case 'notice':
      return { type: 'notice', at: item.at, text: short(item.text), ...(item.instance === undefined ? {} : { instance: item.instance }) };
    case 'stopping':
    case 'stopped':
      return { type: item.type, at: item.at };
    default:
      return undefined;
  }
}

function statusRecord(at: string, { name: instance, role, state, details, restartAt }: InstanceEntry, azureMs: number): StatusRecord {
  const rounded = Math.max(0, Math.round(azureMs));
  const restart = restartAt === undefined ? {} : { restartAt };
  return { type: 'status', at, instance, role, state, details: short(details), azureMs: rounded, ...restart };
}

function fileRecord({ at, instance, text, change, freed }: Extract<FeedItem, { type: 'file' }>): FileRecord | undefined {
  if (freed !== undefined) return { type: 'file', at, instance, what: 'free', text: short(text) };
  if (change === undefined) return undefined;
  const refused = change.fate === 'refused' ? { refused: true as const } : {};
  return { type: 'file', at: change.changedAt, instance, what: change.what, ...refused, drivePath: change.drivePath, text: short(text) };
}

function pick(item: Extract<FeedItem, { pid: number }>): { at: string; instance: string; name: string; pid: number } {
  const { at, instance, name, pid } = item;
  return { at, instance, name, pid };
}

/** A stack trace is not for a time line. */
const longestText = 400;

function short(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}
