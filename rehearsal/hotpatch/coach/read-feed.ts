import path from 'node:path';
import type { FeedItem } from '../../../contracts/control-api.ts';
import { toHostPath } from '../../../sandbox/drive-path.ts';
import type { HotpatchTarget } from '../find-target.ts';
import { notStarted, observeStart, type RoleStart } from '../role-start.ts';
import type { CoachFact } from './coach-facts.ts';
import { contentIs } from './watch-letters.ts';

/**
 * What items of the feed mean for the coach.
 *
 * @returns a function that remembers how far the start has come
 */
export function feedReader(target: HotpatchTarget): (item: FeedItem) => readonly CoachFact[] {
  let start: RoleStart = notStarted;
  let dueAt: number | undefined;
  return (item) => {
    const at = Date.parse(item.at);
    const next = observeStart(start, target.instance, item);
    const facts: CoachFact[] = [];
    if (next !== start) facts.push({ type: 'start', at, start: next });
    start = next;
    if (item.type === 'file' && item.change !== undefined) facts.push(...fileFacts(item.instance, item.change, target));
    if (item.type === 'status' && item.instance.name === target.instance && item.instance.restartAt !== undefined) {
      const due = Date.parse(item.instance.restartAt);
      if (due !== dueAt) facts.push({ type: 'restart due', at, dueAt: due });
      dueAt = due;
    }
    if (!('instance' in item) || item.instance !== target.instance) return facts;
    if (item.type === 'debug' && item.name === 'WindowsAzureGuestAgent') facts.push(...debugFacts(item));
    if (item.type === 'process.ended') {
      if (item.pid === target.host.pid) facts.push({ type: 'cause', at, of: 'host', cause: item.cause });
      if (item.pid === target.bootstrapper.pid) facts.push({ type: 'cause', at, of: 'bootstrapper', cause: item.cause });
    }
    return facts;
  };
}

type Change = NonNullable<Extract<FeedItem, { type: 'file' }>['change']>;

function fileFacts(instance: string, { drivePath, what, changedAt, undone = false }: Change, target: HotpatchTarget): readonly CoachFact[] {
  const at = Date.parse(changedAt);
  if (what === 'deleted') return [];
  const own = instance === target.instance;
  if (own && drivePath.toLowerCase().startsWith(`${target.file.drivePath.toLowerCase()}.`)) return [{ type: 'backup', at, drivePath }];
  // The VMs of a deployment lie beside each other.
  const vmRoot = path.join(path.dirname(target.vmRoot), instance);
  const isFix = contentIs(toHostPath(vmRoot, drivePath), target.file.sha256);
  const isPlace = own && drivePath.toLowerCase() === target.file.drivePath.toLowerCase();
  return isFix || isPlace ? [{ type: 'copied', at, instance, drivePath, isFix, undone }] : [];
}

function debugFacts({ at: stamp, state, vmRestartAt }: Extract<FeedItem, { type: 'debug' }>): readonly CoachFact[] {
  const at = Date.parse(stamp);
  if (state === 'running' || state === 'attached') return [{ type: 'detached', at }];
  return [{ type: 'broken into', at, ...(vmRestartAt === undefined ? {} : { vmRestartAt: Date.parse(vmRestartAt) }) }];
}
