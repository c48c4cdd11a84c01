/** Which entries of a log are wanted: these and everything graver (the SDK's LogLevel; `Undefined` is everything). */
export const levelFilters = ['Critical', 'Error', 'Warning', 'Information', 'Verbose', 'Undefined'] as const;
export type LevelFilter = (typeof levelFilters)[number];

/** diagnostics.wadcfg, as far as rolevm plays it. */
export interface DiagnosticsConfiguration {
  /** For everything that is collected; the oldest goes first. */
  readonly overallQuotaBytes: number;
  readonly sources: readonly DiagnosticsSource[];
  /** Sentences: what the file asks for and nobody does here. */
  readonly notPlayed: readonly string[];
}

/** Something that is collected at a rhythm of its own. */
export interface DiagnosticsSource {
  readonly kind: 'Directories' | 'Logs' | 'WindowsEventLog' | 'DiagnosticInfrastructureLogs';
  /** Azure milliseconds between two transfers, more than 0. */
  readonly periodMs: number;
  readonly quotaBytes: number;
  /** Of Directories. */
  readonly directories: readonly DirectorySource[];
  /** Names of event logs: `System`, `Application`. */
  readonly eventLogs: readonly string[];
  readonly levels: LevelFilter;
}

export interface DirectorySource {
  /** Name of the blob container in Azure, of a folder here. */
  readonly container: string;
  readonly quotaBytes: number;
  readonly place:
    | { readonly kind: 'absolute'; readonly path: string; readonly expandEnvironment: boolean }
    | { readonly kind: 'localResource'; readonly name: string; readonly relativePath: string }
    /** One that Azure knows by name, a folder of DiagnosticStore. */
    | { readonly kind: 'known'; readonly folder: string };
}

export const megabyte = 1_024 * 1_024;

/** What an agent without diagnostics.wadcfg does: its buffers are filled in Azure, and nothing is transferred (W). */
export const withoutFile: DiagnosticsConfiguration = { overallQuotaBytes: 4_096 * megabyte, sources: [], notPlayed: [] };
