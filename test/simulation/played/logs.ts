import type { EventLog } from '../../../logs/event-log.ts';
import type { Log } from '../../../logs/open-log.ts';

/** Nobody reads the logs of a simulated VM: its trace tells more. */
export const silentLog: Log = { error: () => {}, warn: () => {}, info: () => {}, heart: () => {}, lost: 0, close: () => {} };
export const silentEvents: EventLog = { write: () => {}, close: () => {} };
