import type { PlannedFile } from './event-plan.ts';
import type { VmEventName } from './events.ts';
import type { TaskType } from './role-model.ts';

/** The seven steps of a hot patch (S0, AB 11), in their order. */
export const hotpatchSteps = [
  'Copy the fix to C:',
  'Kill WaHostBootstrapper',
  'Wait for the role host to go',
  'Kill the role host by hand if it stays',
  'Copy the fix to the application drive, keeping a backup',
  'Wait until the guest agent has started the role again',
  'Test: the new version runs',
] as const;

/** 1 to 7. */
export type HotpatchStepNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** `window` hurries through the restart window; `debugger` breaks into WindowsAzureGuestAgent, so that nobody closes it. */
export type HotpatchMode = 'window' | 'debugger';

/** What is patched where. */
export interface HotpatchFile {
  /** Host path of the fix. */
  readonly source: string;
  /** Of the fix. */
  readonly sha256: string;
  /** Where it belongs. */
  readonly drivePath: string;
  /** Drive path of its copy on C:. */
  readonly staged: string;
  /** Of the file that was there before. */
  readonly before?: string;
  /** The role host has it loaded, and holds it. */
  readonly held: boolean;
}

/** A step as the rehearsal has taken it. */
export interface HotpatchStep {
  readonly step: HotpatchStepNumber;
  readonly outcome: 'done' | 'not needed' | 'failed' | 'not reached';
  /** One sentence; for a failed one what was awaited from whom. */
  readonly text: string;
  /** Azure milliseconds after the start of the rehearsal; missing for a step that was not reached. */
  readonly atMs?: number;
}

/** How a startup task took the restart. */
export interface HotpatchTask {
  readonly commandLine: string;
  readonly taskType: TaskType;
  /** It was started again. */
  readonly ranAgain: boolean;
  /** How it ended; missing while it runs. */
  readonly ended?: string;
  /** A simple task that did not end with code 0: it cannot run twice, so a hot patch makes its role recycle (AB 11, point 9). */
  readonly repeatable: boolean;
  /** The last lines of what it has printed, of one that is not repeatable. */
  readonly lastLines?: readonly string[];
}

/** What an event would make of the patched file. */
export interface HotpatchFate {
  readonly event: VmEventName;
  readonly becomes: 'stays' | PlannedFile['becomes'];
}

export interface HotpatchVerdict {
  readonly passed: boolean;
  /** Sentences on what went wrong; empty when it has passed. */
  readonly reasons: readonly string[];
  /** Azure milliseconds from the end of the old role host to the start of the new one. */
  readonly windowMs?: number;
  /** When the old role host ended, in Azure milliseconds after the kill of its bootstrapper, and by what. */
  readonly hostEnded?: { readonly afterKillMs: number; readonly by: 'its job' | 'hand' };
  /** When the copy landed, in Azure milliseconds. */
  readonly copy?: { readonly afterHostEndedMs: number; readonly beforeNewHostMs?: number; readonly backup?: string };
  /** sha256 of the file as it runs, or as it lies there where no host loads it. */
  readonly version: { readonly before?: string; readonly wanted: string; readonly running?: string };
  readonly tasks: readonly HotpatchTask[];
  /** Missing when the emulator could not tell. */
  readonly fates?: readonly HotpatchFate[];
}

/** `rolevm rehearse hotpatch --json`. */
export interface HotpatchReport {
  readonly formatVersion: 1;
  readonly kind: 'hotpatch';
  readonly service: string;
  readonly deployment: 'running' | 'fresh';
  readonly role: string;
  readonly instance: string;
  readonly mode: HotpatchMode;
  readonly speed: number;
  readonly startedAt: string;
  readonly interrupted: boolean;
  readonly file: HotpatchFile;
  readonly steps: readonly HotpatchStep[];
  readonly verdict: HotpatchVerdict;
}

/** How a person has done a step. */
export interface HotpatchJudgement {
  readonly step: HotpatchStepNumber;
  readonly outcome:
    | 'done'
    /** By `byMs`. */
    | 'in time'
    /** By `byMs`. */
    | 'too late'
    | 'skipped'
    | 'wrong place'
    | 'Windows would have refused'
    /** The system has done it. */
    | 'not needed'
    /** The step was done, and did not help. */
    | 'failed';
  /** Azure milliseconds. */
  readonly byMs?: number;
  /** The reason in one sentence. */
  readonly text: string;
}

/** `rolevm rehearse hotpatch --coach --json`. */
export interface HotpatchCoachReport {
  readonly formatVersion: 1;
  readonly kind: 'hotpatch-coach';
  readonly service: string;
  readonly role: string;
  readonly instance: string;
  readonly speed: number;
  readonly startedAt: string;
  readonly file: HotpatchFile;
  readonly passed: boolean;
  readonly judgements: readonly HotpatchJudgement[];
}
