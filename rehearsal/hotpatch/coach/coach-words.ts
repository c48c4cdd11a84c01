import { shellQuote } from '../../../control/shell-quote.ts';
import type { HotpatchTarget } from '../find-target.ts';
import { failureText, shortHash } from '../hotpatch.words.ts';
import { type CoachFact, gather } from './coach-facts.ts';

/** A fact in one sentence; undefined where another one says it. */
export function factText(fact: CoachFact, { host, file, instance }: HotpatchTarget): string | undefined {
  switch (fact.type) {
    case 'staged':
      return `${fact.drivePath} has come, ${fact.isFix ? 'the fix' : 'which is not the fix'}`;
    case 'copied': {
      const where = fact.instance === instance ? fact.drivePath : `${fact.drivePath} of ${fact.instance}`;
      return `${where} ${fact.undone ? 'was replaced, and undone' : fact.isFix ? 'is the fix now' : 'was replaced, by what is not the fix'}`;
    }
    case 'backup':
      return `${fact.drivePath} keeps what was there before`;
    case 'broken into':
      return 'a debugger has broken into WindowsAzureGuestAgent';
    case 'detached':
      return 'WindowsAzureGuestAgent goes on';
    case 'bootstrapper gone':
      return 'WaHostBootstrapper is gone';
    case 'host gone':
      return `${host.name} is gone: ${file.drivePath} is free`;
    case 'start':
      return startText(fact);
    case 'loaded':
      return `${host.name} has loaded ${shortHash(fact.sha256)}, ${fact.isFix ? 'the fix' : 'not the fix'}`;
    case 'cause':
    case 'restart due':
      return undefined;
  }
}

function startText({ start }: Extract<CoachFact, { type: 'start' }>): string | undefined {
  if (start.failure !== undefined) return failureText(start.failure);
  if (start.readyAt !== undefined) return 'the role is Ready again';
  if (start.host !== undefined) return `${start.host.name} was started: from now on a copy is too late`;
  return start.bootstrapper === undefined ? undefined : 'WaHostBootstrapper was started again';
}

/**
 * The next step, as a command to copy.
 *
 * @param rolevm how the command is typed here
 * @param hostPathOf where a drive path lies on this machine
 */
export function hintText(
  facts: readonly CoachFact[],
  { instance, host, file }: HotpatchTarget,
  rolevm: string,
  hostPathOf: (drivePath: string) => string,
): string | undefined {
  const seen = gather(facts);
  const { start, brokenAt, detachedAt, bootstrapperGoneAt, hostGoneAt, copies, staged } = seen;
  const broken = brokenAt !== undefined && !(detachedAt !== undefined && detachedAt >= brokenAt);
  // A copy that Windows would have refused is to be made once more.
  const freeAt = file.held ? (hostGoneAt ?? Number.POSITIVE_INFINITY) : 0;
  const landed = copies.some(
    ({ at, isFix, drivePath, instance: of }) => isFix && at >= freeAt && of === instance && drivePath === file.drivePath,
  );
  const [from, to] = [staged.find(({ isFix }) => isFix)?.drivePath ?? file.staged, file.drivePath].map((path) =>
    shellQuote(hostPathOf(path)),
  );
  const copyIt = `${file.before === undefined ? '' : `cp ${to} ${to}.bak && `}cp ${from} ${to}`;
  if (start?.readyAt !== undefined || start?.failure !== undefined) return undefined;
  if (bootstrapperGoneAt === undefined) {
    if (staged.some(({ isFix }) => isFix)) return `step 2: ${rolevm} kill WaHostBootstrapper --instance ${instance}`;
    const folder = shellQuote(hostPathOf(file.staged.replace(/\\[^\\]+$/, '')));
    return `step 1: mkdir -p ${folder} && cp ${shellQuote(file.source)} ${folder}`;
  }
  if (hostGoneAt === undefined) {
    if (broken) return `step 4: ${rolevm} kill ${host.name} --instance ${instance}`;
    return `step 3: wait for ${host.name} to go; if it is there after some seconds, ${rolevm} kill ${host.name} --instance ${instance}`;
  }
  if (!landed) return start?.host === undefined ? `step 5, now: ${copyIt}` : 'the window has closed: kill WaHostBootstrapper once more';
  return broken ? `step 6: ${rolevm} debug detach --instance ${instance}` : 'step 6: wait until the guest agent has started the role again';
}
