import fs from 'node:fs';
import path from 'node:path';
import { collectFile } from './collect-file.ts';
import type { DiagnosticsConfiguration, DiagnosticsSource } from './configuration.ts';
import { keepQuota } from './keep-quota.ts';
import { openLedger } from './ledger.ts';
import { type Collection, collectionsOf, type DiagnosticsPlace, storeFolder } from './places.ts';

/** What one pass has come to. */
export interface Pass {
  readonly files: number;
  readonly bytes: number;
  /** Sentences: what could not be collected this time. */
  readonly troubles: readonly string[];
  /** Host paths of what had to go for the quotas. */
  readonly removed: readonly string[];
}

export interface Collector {
  /** Collects what is new of one source. Never throws: what does not work is told, and tried again at the next pass. */
  collect(source: DiagnosticsSource): Pass;
}

/**
 * Opens the store of a VM.
 *
 * @throws Error with one sentence when a source names what cannot be on this VM, or the file system's error
 */
export function openCollector(configuration: DiagnosticsConfiguration, place: DiagnosticsPlace): Collector {
  const store = storeFolder(place.layout);
  const monitor = path.join(place.layout.diagnosticStore.host, 'Monitor');
  for (const folder of [store, monitor]) fs.mkdirSync(folder, { recursive: true });
  const ledger = openLedger(path.join(monitor, 'collected.json'));
  const collections = new Map(configuration.sources.map((source) => [source, collectionsOf(source, place)]));
  return {
    collect: (source) => {
      const ofSource = collections.get(source) ?? [];
      const passes = byContainer(ofSource).map(([container, parts]) =>
        collectContainer(path.join(store, container), ledger.of(container), parts),
      );
      const troubles = passes.flatMap((pass) => pass.troubles);
      const removed = attempt(troubles, 'The quotas could not be kept', () => [
        ...ofSource.flatMap(({ container, quotaBytes }) => keepQuota([path.join(store, container)], quotaBytes)),
        ...keepQuota(
          ofSource
            .map(({ container }) => container)
            .filter(isFirst)
            .map((container) => path.join(store, container)),
          source.quotaBytes,
        ),
        ...keepQuota([store], configuration.overallQuotaBytes),
      ]);
      attempt(troubles, 'What was collected could not be noted', () => ledger.save());
      return { files: sum(passes, 'files'), bytes: sum(passes, 'bytes'), troubles, removed: removed ?? [] };
    },
  };
}

function collectContainer(folder: string, known: ReturnType<ReturnType<typeof openLedger>['of']>, parts: readonly Collection[]) {
  const troubles: string[] = [];
  const seen = new Set<string>();
  let files = 0;
  let bytes = 0;
  let sawAll = true;
  for (const { find, filter, quotaBytes } of parts) {
    const found = attempt(troubles, 'A directory cannot be searched', find);
    sawAll &&= found !== undefined;
    for (const file of found ?? []) {
      try {
        const result = collectFile({ file, folder, known, mostBytes: quotaBytes, ...(filter && { filter }) });
        if (result === undefined) continue;
        const { id, collected, passedOver } = result;
        const before = known.get(id);
        const fresh = collected.size - (before?.target === collected.target ? before.size : 0);
        if (fresh > 0) files += 1;
        bytes += Math.max(0, fresh);
        if (passedOver > 0) troubles.push(`${file.name}: ${passedOver} bytes are passed over, more than the quota of ${quotaBytes} holds.`);
        known.set(id, collected);
        seen.add(id);
      } catch (error) {
        // It has gone between the look and the reading: nothing to tell.
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') continue;
        sawAll = false;
        troubles.push(`${file.name} cannot be collected (${code ?? (error as Error).message}).`);
      }
    }
  }
  // What has gone for good is forgotten; after a pass that could not see everything nothing is.
  if (sawAll) for (const id of known.keys()) if (!seen.has(id)) known.delete(id);
  return { files, bytes, troubles };
}

function byContainer(collections: readonly Collection[]): readonly (readonly [string, readonly Collection[]])[] {
  const names = collections.map(({ container }) => container).filter(isFirst);
  return names.map((name) => [name, collections.filter(({ container }) => container === name)]);
}

function isFirst<Value>(value: Value, index: number, all: readonly Value[]): boolean {
  return all.indexOf(value) === index;
}

function sum(passes: readonly { readonly files: number; readonly bytes: number }[], what: 'files' | 'bytes'): number {
  return passes.reduce((total, pass) => total + pass[what], 0);
}

function attempt<Result>(troubles: string[], what: string, act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    troubles.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
