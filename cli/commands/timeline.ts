import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../../contracts/diagnostic.ts';
import { painter } from '../../control/colour.ts';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import { readTimeline } from '../../taskmgr/timeline/read-timeline.ts';
import { type Cli, isJson, option, placeOf, print, printJson, wantsColour } from '../cli.ts';
import { parseDuration } from '../duration.ts';
import { drawSvg } from '../timeline/draw-svg.ts';
import { drawText } from '../timeline/draw-text.ts';

const examples = `
Examples:
  rolevm timeline
  rolevm timeline Worker_IN_0 --since 10m
  rolevm timeline --last 3 --svg timeline.svg
  rolevm timeline --json | jq '.instances[].limits'

It is read from files: that works while the emulator runs, after rolevm down, and after a power loss.
Time in which nothing happens is cut short (⌇ on the axis) unless --even is given.`;

interface TimelineOptions {
  readonly since?: number;
  readonly last?: number;
  readonly svg?: string;
  readonly even?: boolean;
}

export function define(command: Command, cli: Cli): void {
  command
    .description(
      'Draws what happened over time: states, processes, startup tasks, windows, drives, events, and the limits of the platform.',
    )
    .argument('[instance]', 'only this instance')
    .addOption(option('--since <time>', 'from so long ago until now: 90s, 10m, 2h', 'ROLEVM_SINCE').argParser(parseDuration))
    .addOption(
      option('--last <n>', 'the last runs of the emulator (default: the last one)', 'ROLEVM_LAST').argParser(parseCount).conflicts('since'),
    )
    .addOption(option('--even', 'show all of the time to scale', 'ROLEVM_EVEN'))
    .addOption(option('--svg <file>', 'write a picture instead', 'ROLEVM_SVG'))
    .addHelpText('after', examples)
    .action(async (instance: string | undefined, options: TimelineOptions) => {
      const { since: sinceMs, last: runs } = options;
      const choice = { ...(instance && { instance }), ...(sinceMs !== undefined && { sinceMs }), ...(runs !== undefined && { runs }) };
      const timeline = await readTimeline(placeOf(cli, command), choice);
      const even = options.even === true;
      if (options.svg !== undefined) {
        const file = path.resolve(cli.cwd, options.svg);
        save(file, drawSvg(timeline, { even }));
        if (!isJson(command)) return print([`wrote ${file}`]);
      }
      if (isJson(command)) printJson(timeline);
      else print(drawText(timeline, { width: widthOfOutput(), paint: painter(wantsColour(command)), even }));
    });
}

const usualWidth = 80;

/** What COLUMNS says, else the terminal, else 80. */
function widthOfOutput(): number {
  const named = Number(process.env.COLUMNS ?? '');
  return Number.isInteger(named) && named > 0 ? named : (process.stdout.columns ?? usualWidth);
}

function save(file: string, content: string): void {
  try {
    writeAtomically(file, content);
  } catch (error) {
    throw new UserError('RV6413', `${file} cannot be written: ${(error as Error).message}`, 'name another file with --svg');
  }
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1.');
  return Number(text);
}
