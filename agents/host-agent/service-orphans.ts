import { fullName, readProcess } from '../../kernel/process-table/index.ts';
import { adoptedPids } from '../../kernel/subreaper/index.ts';
import { vmOfService } from '../vm/service-family.ts';
import type { KnownProcess } from './process-registry.ts';

/**
 * What registered services of a VM have started and left alone: nobody reports it, and it is below none that is reported.
 *
 * @param owner `<deployment>.<instance>`
 */
export function serviceOrphans(owner: string): readonly KnownProcess[] {
  return adoptedPids().flatMap((pid): KnownProcess[] => {
    const entry = readProcess(pid);
    if (entry === undefined || vmOfService(pid) !== owner) return [];
    const startedAt = new Date(entry.startedAtMs).toISOString();
    const { ppid, startTicks } = entry;
    return [{ name: fullName(entry), kind: 'program', pid, ppid, startTicks, startedAt, state: 'running', since: startedAt }];
  });
}
