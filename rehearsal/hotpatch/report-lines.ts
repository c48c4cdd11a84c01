import type { HotpatchFile, HotpatchMode, HotpatchReport, HotpatchStep, HotpatchVerdict } from '../../contracts/hotpatch-report.ts';
import { harmless, type Paint } from '../../control/colour.ts';
import { shellQuote } from '../../control/shell-quote.ts';
import { shortHash } from './hotpatch.words.ts';
import { seconds } from './seconds.ts';

export interface Opening {
  readonly instance: string;
  readonly file: HotpatchFile;
  readonly mode: HotpatchMode | 'coach';
  readonly deployment: 'running' | 'fresh';
  readonly speed: number;
}

/** What is patched where, before the first step. */
export function openingLines({ instance, file, mode, deployment, speed }: Opening, paint: Paint): readonly string[] {
  return [
    `${paint('bold', `hot patch of ${instance}`)}, ${deployment} deployment${mode === 'coach' ? '' : `, mode ${mode}`}`,
    `${harmless(file.drivePath, false)}  ${file.before === undefined ? 'new' : shortHash(file.before)} → ${shortHash(file.sha256)}`,
    ...(speed === 1 ? [] : [paint('gray', `times are Azure time; this deployment runs ${speed} times as fast`)]),
  ];
}

const marks = { done: '✓', 'not needed': '-', failed: '✗', 'not reached': ' ' } as const;
const colours = { done: 'green', 'not needed': 'gray', failed: 'red', 'not reached': 'gray' } as const;

/** One step when it is over: `  +3.1 s  3 ✓ WaWorkerHost (4711) is gone`. */
export function stepLine({ step, outcome, text, atMs }: HotpatchStep, paint: Paint): string {
  return factLine(`${step} ${paint(colours[outcome], marks[outcome])} ${harmless(text, false)}`, atMs, paint);
}

/** What was seen at a moment. @param atMs Azure milliseconds since the beginning */
export function factLine(text: string, atMs: number | undefined, paint: Paint): string {
  return `${paint('gray', (atMs === undefined ? '' : `+${seconds(atMs)}`).padStart(9))}  ${text}`;
}

/** The verdict for a person. */
export function verdictLines(
  { verdict, interrupted, deployment, file, instance }: HotpatchReport,
  paint: Paint,
  rolevm: string,
): readonly string[] {
  const head = interrupted ? paint('yellow', 'BROKEN OFF') : verdict.passed ? paint('green', 'PASSED') : paint('red', 'FAILED');
  const rows = interrupted ? [] : verdictRows(verdict);
  const width = Math.max(...rows.map(([name]) => name.length));
  const revert = deployment === 'running' && verdict.copy !== undefined && !interrupted;
  return [
    '',
    head,
    ...reasonLines(verdict),
    ...rows.map(([name, text]) => `  ${paint('gray', name.padEnd(width))}  ${harmless(text, false)}`),
    ...(revert
      ? ['', `the fix stays in place; back: ${rolevm} patch --revert ${shellQuote(file.drivePath)} --instance ${instance} --wait`]
      : []),
  ];
}

/** A task that is not repeatable is told first, with what it has printed. */
function reasonLines({ reasons, tasks }: HotpatchVerdict): readonly string[] {
  const printed = tasks.filter(({ repeatable }) => !repeatable).map(({ lastLines = [] }) => lastLines);
  return reasons.flatMap((reason, index) => [
    `  ${harmless(reason, false)}`,
    ...(printed[index] ?? []).map((line) => `    | ${harmless(line, false)}`),
  ]);
}

function verdictRows({ windowMs, hostEnded, copy, version, tasks, fates }: HotpatchVerdict): readonly (readonly [string, string])[] {
  const simple = tasks.filter(({ taskType }) => taskType === 'simple');
  return [
    ...(windowMs === undefined
      ? []
      : [['window', `${seconds(windowMs)} from the end of the role host to the start of the next one`] as const]),
    ...(hostEnded === undefined
      ? []
      : [['role host', `ended ${seconds(hostEnded.afterKillMs)} after the kill, by ${hostEnded.by}`] as const]),
    ...(copy === undefined ? [] : [['copy', copyText(copy)] as const]),
    [
      'version',
      `${version.running === undefined ? 'not known' : shortHash(version.running)}${version.running === version.wanted ? ', the fix' : ''}`,
    ],
    ...simple.map(
      ({ commandLine, ranAgain, ended }) =>
        ['startup task', `${commandLine}: ${ranAgain ? `ran again, ${ended ?? 'and runs still'}` : 'did not run again'}`] as const,
    ),
    ...fateRows(fates),
  ];
}

function copyText({ afterHostEndedMs, beforeNewHostMs, backup }: NonNullable<HotpatchVerdict['copy']>): string {
  const left = beforeNewHostMs === undefined ? '' : `, ${seconds(beforeNewHostMs)} before the next host started`;
  return `landed ${seconds(afterHostEndedMs)} after the host had ended${left}${backup === undefined ? '' : `; backup ${backup}`}`;
}

function fateRows(fates: HotpatchVerdict['fates']): readonly (readonly [string, string])[] {
  if (fates === undefined) return [];
  const stays = fates.filter(({ becomes }) => becomes === 'stays').map(({ event }) => event);
  const gone = fates.filter(({ becomes }) => becomes !== 'stays').map(({ event }) => event);
  return [
    ['it stays at', stays.join(', ') || 'nothing'],
    ['it is lost at', gone.join(', ') || 'nothing'],
  ];
}
