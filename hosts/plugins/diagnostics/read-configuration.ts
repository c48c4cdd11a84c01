import { childOf, childrenOf, type Element } from '../../../model/element-tree/element-tree.ts';
import { readElementTree } from '../../../model/element-tree/read-element-tree.ts';
import { type DiagnosticsConfiguration, type DiagnosticsSource, type LevelFilter, levelFilters, megabyte } from './configuration.ts';
import { readDirectories } from './read-directories.ts';
import { choiceOf, durationMsOf, quotaOf } from './read-values.ts';

const namespace = 'http://schemas.microsoft.com/ServiceHosting/2010/10/DiagnosticsConfiguration';
/** A file of this size is none that somebody wrote. */
const longest = 1_048_576;

/**
 * Reads diagnostics.wadcfg: directories, the role's own log, event logs and infrastructure logs, each with rhythm and quota.
 *
 * @param storeBytes size of DiagnosticStore, which all quotas have to fit into
 * @throws Error with one sentence when the agent of Azure would not take it
 */
export function readConfiguration(xml: string, storeBytes: number): DiagnosticsConfiguration {
  const root = readElementTree(xml, longest);
  if (root.name !== 'DiagnosticMonitorConfiguration')
    throw new Error(`the root element is <${root.name}>, not <DiagnosticMonitorConfiguration>`);
  if (root.attributes['xmlns'] !== namespace) throw new Error(`<DiagnosticMonitorConfiguration> is not in the namespace ${namespace}`);
  const notPlayed: string[] = [];
  for (const { name } of root.children) {
    if (!known.has(name)) throw new Error(`<DiagnosticMonitorConfiguration> has no element <${name}>`);
    if (name === 'PerformanceCounters') notPlayed.push('PerformanceCounters are read, but nothing counts here.');
  }
  const overallQuotaBytes = quotaOf(root, 'overallQuotaInMB') || 4_096 * megabyte;
  const all = kinds.flatMap((kind) => {
    const element = childOf(root, kind);
    return element === undefined ? [] : [readSource(kind, element, overallQuotaBytes, notPlayed)];
  });
  checkQuotas(root, overallQuotaBytes, storeBytes);
  for (const { kind } of all.filter(({ periodMs }) => periodMs === 0))
    notPlayed.push(`${kind} has no scheduledTransferPeriod: it stays where it is.`);
  return { overallQuotaBytes, sources: all.filter(({ periodMs }) => periodMs > 0), notPlayed };
}

const kinds = ['DiagnosticInfrastructureLogs', 'Logs', 'Directories', 'WindowsEventLog'] as const;
const known = new Set<string>([...kinds, 'PerformanceCounters']);

function readSource(kind: DiagnosticsSource['kind'], element: Element, overall: number, notPlayed: string[]): DiagnosticsSource {
  const quotaBytes = quotaOf(element, 'bufferQuotaInMB') || overall;
  return {
    kind,
    periodMs: durationMsOf(element, 'scheduledTransferPeriod'),
    quotaBytes,
    directories: kind === 'Directories' ? readDirectories(element, quotaBytes) : [],
    eventLogs: kind === 'WindowsEventLog' ? childrenOf(element, 'DataSource').map((source) => eventLogOf(source, notPlayed)) : [],
    levels: choiceOf<LevelFilter>(element, 'scheduledTransferLogLevelFilter', levelFilters, 'Undefined'),
  };
}

/** `System!*`: a log, and an XPath over its events, of which only `*` is played. */
function eventLogOf(source: Element, notPlayed: string[]): string {
  const name = source.attributes['name'] ?? '';
  const parts = /^([^!]{1,255})!(.+)$/s.exec(name);
  if (parts === null) throw new Error(`DataSource/@name is "${name.slice(0, 100)}", not a log and a query such as "System!*"`);
  if (parts[2] !== '*')
    notPlayed.push(`The query of DataSource "${name.slice(0, 100)}" is not followed: every event of ${parts[1]} is taken.`);
  return parts[1] as string;
}

/** Azure's agent refuses quotas that cannot hold together: the parts exceed the whole, or the whole exceeds the store (W). */
function checkQuotas(root: Element, overall: number, storeBytes: number): void {
  const ofBuffers = root.children.reduce((sum, element) => sum + quotaOf(element, 'bufferQuotaInMB'), 0);
  const inMB = (bytes: number) => Math.floor(bytes / megabyte);
  if (ofBuffers > overall)
    throw new Error(`the sum of all bufferQuotaInMB, ${inMB(ofBuffers)}, exceeds overallQuotaInMB, ${inMB(overall)}`);
  if (overall > storeBytes) {
    throw new Error(`overallQuotaInMB, ${inMB(overall)}, exceeds the LocalStorage DiagnosticStore, which has ${inMB(storeBytes)} MB`);
  }
}
