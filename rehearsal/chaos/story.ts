import { readFileSync } from 'node:fs';
import { openFeed } from '../../control/client.ts';
import { freshFeedPrinter, printFeedItem } from '../../control/feed-printer.ts';
import { storedVms } from '../../control/stored-vms.ts';
import { driveLayout } from '../../sandbox/drive-layout.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';
import { chaosMs } from './chaos-timings.ts';
import type { Target } from './target.ts';

/** Lines kept: what a fault sets off is told in far fewer. */
const mostLines = 400;
const shownLines = 40;
const shownOfLog = 6;

export interface Story {
  /** From here on: what was told before belongs to other faults. */
  begin(): void;
  /** The last of what was told since, and the last lines of the logs that tell most. */
  tail(): readonly string[];
  close(): void;
}

/** Listens to what the emulator tells, across its ends and starts. */
export function listen(target: Target): Story {
  const over = new AbortController();
  let lines: string[] = [];
  const loop = async () => {
    let printer = freshFeedPrinter;
    while (!over.signal.aborted) {
      try {
        for await (const item of await openFeed(target.state(), over.signal)) {
          const printed = printFeedItem(printer, item, { colour: false });
          printer = printed.printer;
          lines = [...lines, ...printed.lines].slice(-mostLines);
        }
      } catch {
        // It has ended, or is not there yet.
      }
      await new Promise((resolve) => setTimeout(resolve, chaosMs.openAgain));
    }
  };
  void loop();
  return {
    begin: () => {
      lines = [];
    },
    tail: () => [...lines.slice(-shownLines), ...logTails(target)],
    close: () => over.abort(),
  };
}

/** The bootstrapper says what it did, the agent what it decided (AB 7.4). */
function logTails({ stateDirectory }: Target): readonly string[] {
  return storedVms(stateDirectory).flatMap(({ instance, root }) => {
    try {
      const { bootstrapperLog, appAgentRuntimeLog } = driveLayout(root, readVmDocument(root));
      return [appAgentRuntimeLog, bootstrapperLog].flatMap(({ drive, host }) => [
        `${instance} ${drive}`,
        ...readFileSync(host, 'utf8')
          .trimEnd()
          .split('\n')
          .slice(-shownOfLog)
          .map((line) => `  ${line}`),
      ]);
    } catch (error) {
      return [`${instance}: ${(error as Error).message}`];
    }
  });
}
