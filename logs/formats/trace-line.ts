import { eightDigits, indented, type LineFormat, type LogLevel, stampParts } from '../line-format.ts';

/** The words of .NET's TraceEventType. */
const words: Record<LogLevel, string> = { error: 'Error', warn: 'Warning', info: 'Information', heart: 'Verbose' };

/**
 * WaWorkerHost.log, WaIISHost.log, WaWebHost.log: the form of .NET's trace listeners, which AB 7.2 shows in IISConfigurator.log
 * and in the service runtime's trace: `WaIISHost Information: 0 : [00002904:00000004, 2014/03/11 09:14:10.004] text`.
 *
 * An entry with an id is one of the service runtime (100, 101, 500, 502 in AB 7.2) and stands under its name.
 *
 * @param host whose log it is, in Azure's spelling
 */
export function traceLine(host: string): LineFormat {
  return ({ time, level, text, pid, id }) => {
    const { year, month, day, clock, millisecond } = stampParts(time);
    const source = id === undefined ? host : 'Microsoft.WindowsAzure.ServiceRuntime';
    const stamp = `${eightDigits(pid)}:${eightDigits(pid)}, ${year}/${month}/${day} ${clock}.${millisecond}`;
    return `${source} ${words[level]}: ${id ?? 0} : [${stamp}] ${indented(text)}`;
  };
}
