/** The event logs that the platform writes to; `Windows Azure` stands below Applications and Services Logs (AB 7.3). */
const eventLogNames = ['Windows Azure', 'Application', 'System'] as const;
export type EventLogName = (typeof eventLogNames)[number];

const eventLevels = ['Critical', 'Error', 'Warning', 'Information'] as const;
export type EventLevel = (typeof eventLevels)[number];

/** What happened, without when. */
export interface EventBody {
  readonly log: EventLogName;
  readonly source: string;
  readonly id: number;
  readonly level: EventLevel;
  readonly message: string;
  /** The event's own fields, as the Details page of the Event Viewer shows them. */
  readonly data?: Readonly<Record<string, string | number>>;
}

/** One entry of an event log: one JSON object a line. */
export interface EventEntry extends EventBody {
  /** ISO 8601 with milliseconds, UTC. */
  readonly time: string;
}

/** Whether a value read from a file is an entry; a role can write into its drives what it likes. */
export function isEventEntry(value: unknown): value is EventEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { time, log, source, id, level, message, data } = value as Record<string, unknown>;
  return (
    isInstant(time) &&
    eventLogNames.includes(log as EventLogName) &&
    eventLevels.includes(level as EventLevel) &&
    typeof source === 'string' &&
    typeof message === 'string' &&
    Number.isInteger(id) &&
    (data === undefined || isData(data))
  );
}

function isInstant(time: unknown): boolean {
  return typeof time === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time) && !Number.isNaN(Date.parse(time));
}

function isData(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
  return Object.values(data).every((field) => typeof field === 'string' || typeof field === 'number');
}
