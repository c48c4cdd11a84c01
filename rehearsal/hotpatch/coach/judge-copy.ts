import type { HotpatchJudgement } from '../../../contracts/hotpatch-report.ts';
import { seconds } from '../seconds.ts';
import type { Copied, Observed } from './coach-facts.ts';

/** What is patched, as the judge has to know it. */
export interface Drill {
  readonly instance: string;
  /** Where the fix belongs. */
  readonly drivePath: string;
  /** The old role host had the file loaded. */
  readonly held: boolean;
  readonly isWorker: boolean;
  readonly hostName: string;
  readonly speed: number;
}

/** Step 5: the copy to the application drive. What counts is the first copy that was in time, else the last one that was tried. */
export function judgeCopy(seen: Observed, drill: Drill): HotpatchJudgement {
  const tried = seen.copies.filter((copy) => isPlace(copy, drill) && (copy.isFix || copy.undone));
  const verdicts = tried.map((copy) => judgeOne(copy, seen, drill));
  const inTime = verdicts.find(({ outcome }) => outcome === 'in time');
  const chosen = inTime ?? verdicts.at(-1);
  if (chosen === undefined) return judgeElsewhere(seen, drill);
  const refused = verdicts.filter(({ outcome }) => outcome === 'Windows would have refused').length;
  const earlier = inTime !== undefined && refused > 0 ? '; an earlier copy Windows would have refused' : '';
  const backup = inTime !== undefined && seen.backup === undefined ? '; no backup was kept' : '';
  return { ...chosen, text: `${chosen.text}${earlier}${backup}` };
}

/** Whether it is the very place where the fix belongs. */
export function isPlace(copy: Pick<Copied, 'instance' | 'drivePath'>, drill: Drill): boolean {
  return copy.instance === drill.instance && copy.drivePath.toLowerCase() === drill.drivePath.toLowerCase();
}

function judgeOne({ at, undone }: Copied, seen: Observed, { drivePath, held, hostName, speed }: Drill): HotpatchJudgement {
  const { hostGoneAt, start, restartDueAt } = seen;
  if (held && (undone || hostGoneAt === undefined || at < hostGoneAt)) {
    const before = hostGoneAt === undefined || undone ? '' : ` for ${seconds((hostGoneAt - at) * speed)} more`;
    const text = `${hostName} had ${drivePath} loaded${before}: error 32, sharing violation`;
    return { step: 5, outcome: 'Windows would have refused', text };
  }
  const closedAt = start?.host?.at ?? start?.bootstrapper?.at ?? restartDueAt;
  if (closedAt !== undefined && at > closedAt) {
    const byMs = Math.round((at - closedAt) * speed);
    return {
      step: 5,
      outcome: 'too late',
      byMs,
      text: `the new role host had started ${seconds(byMs)} before; it takes the fix at its next start`,
    };
  }
  const byMs = closedAt === undefined ? undefined : Math.round((closedAt - at) * speed);
  return {
    step: 5,
    outcome: 'in time',
    ...(byMs === undefined ? {} : { byMs }),
    text: `copied to ${drivePath} before the new role host started`,
  };
}

function judgeElsewhere(seen: Observed, drill: Drill): HotpatchJudgement {
  const elsewhere = seen.copies.filter((copy) => copy.isFix && !isPlace(copy, drill)).at(-1);
  if (elsewhere !== undefined) return { step: 5, outcome: 'wrong place', text: wrongPlace(elsewhere, drill) };
  const other = seen.copies.find((copy) => isPlace(copy, drill));
  if (other !== undefined) return { step: 5, outcome: 'skipped', text: `what came to ${drill.drivePath} is not the fix` };
  return { step: 5, outcome: 'skipped', text: `nothing was copied to ${drill.drivePath}` };
}

function wrongPlace({ instance, drivePath }: Copied, drill: Drill): string {
  const wanted = `it belongs to ${drill.drivePath} of ${drill.instance}`;
  if (instance !== drill.instance) return `${drivePath} of ${instance} is the drive of another instance: ${wanted}`;
  const [letter, wantedLetter] = [drivePath.slice(0, 2).toUpperCase(), drill.drivePath.slice(0, 2).toUpperCase()];
  if (letter !== wantedLetter) return `the application drive is ${wantedLetter} and not ${letter}: ${wanted}`;
  if (drill.isWorker && /^.:\\approot\\bin\\/i.test(drivePath))
    return `approot\\bin is for web roles, a worker's DLL lies in approot: ${wanted}`;
  return `${drivePath} is loaded by nobody: ${wanted}`;
}
