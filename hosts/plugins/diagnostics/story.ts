import { openEventLog } from '../../../logs/event-log.ts';
import { traceLine } from '../../../logs/formats/trace-line.ts';
import { openLog } from '../../../logs/open-log.ts';
import { toDrivePath } from '../../../sandbox/drive-path.ts';
import { tellInitialized } from '../initialized.ts';
import { type PluginProcess, say } from '../plugin-process.ts';
import type { DiagnosticsTells } from './diagnostics.machine.ts';

export interface DiagnosticsStory extends DiagnosticsTells {
  /** A sentence about what the agent has found. */
  noted(text: string): void;
}

/** Tells what the agent does: in DiagnosticsAgent.log in DiagnosticStore, where its start fails also in the Application log. */
export function diagnosticsStory(agent: PluginProcess): DiagnosticsStory {
  const { layout } = agent;
  const log = openLog({ file: layout.hostLog('DiagnosticsAgent').host, format: traceLine('DiagnosticsAgent') });
  const told = new Map<string, readonly string[]>();
  return {
    noted: (text) => log.warn(text),
    initialized: ({ sources, notPlayed }) => {
      for (const text of notPlayed) log.warn(text);
      for (const { kind, periodMs } of sources) log.info(`Collecting ${kind} every ${periodMs / 1_000} s.`);
      const text = sources.length === 0 ? 'Initialised; no scheduled transfer is configured.' : 'Initialised.';
      log.info(text);
      say(text);
      tellInitialized(agent, { failed: false, text });
    },
    failed: (reason) => {
      const text = `The diagnostics configuration cannot be used: ${reason}.`;
      log.error(text);
      say(text);
      const events = openEventLog({ directory: layout.eventLogs.host, writer: 'DiagnosticsAgent' });
      // Source and number are not known (I).
      events.write({ log: 'Application', source: 'Windows Azure Diagnostics', id: 1, level: 'Error', message: text });
      tellInitialized(agent, { failed: true, text });
    },
    collected: ({ kind }, { files, bytes, troubles, removed }) => {
      if (files > 0) log.info(`Collected ${kind}: ${bytes} bytes of ${files === 1 ? 'one file' : `${files} files`}.`);
      // A file that stays locked is told once, until something else is the matter.
      for (const text of troubles.filter((trouble) => told.get(kind)?.includes(trouble) !== true)) log.warn(text);
      told.set(kind, troubles);
      for (const file of removed) log.warn(`Removed ${toDrivePath(layout.vmRoot, file) ?? file} for the quota.`);
    },
  };
}
