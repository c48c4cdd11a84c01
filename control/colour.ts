import type { InstanceStatus } from '../contracts/instance-status.ts';

/** Terminal codes that begin a format and end it again. */
const codes = {
  bold: [1, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
  gray: [90, 39],
} as const;

export type Format = keyof typeof codes;

/** Wraps text in terminal codes, or leaves it as it is. */
export type Paint = (format: Format, text: string) => string;

/** Node's own styleText asks the terminal again; whether there are colours is decided once, by the command. */
export function painter(colour: boolean): Paint {
  return (format, text) => {
    const [begin, end] = codes[format];
    return colour && text !== '' ? `\u001b[${begin}m${text}\u001b[${end}m` : text;
  };
}

/** @returns the format in which a status is shown: green serves, yellow is on the way, red needs a look */
export function statusFormat(status: InstanceStatus): Format {
  switch (status) {
    case 'ReadyRole':
      return 'green';
    case 'RestartingRole':
    case 'CyclingRole':
    case 'FailedStartingRole':
    case 'FailedStartingVM':
    case 'UnresponsiveRole':
      return 'red';
    case 'StoppedVM':
    case 'RoleStateUnknown':
      return 'gray';
    default:
      return 'yellow';
  }
}

const escapeCode = '\u001b';
const bell = '\u0007';
const colours = new RegExp(`(${escapeCode}\\[[0-9;]*m)`);
/** Of a terminal's commands: those with text up to a bell or a string's end, those with numbers, those of one character. */
const commands = new RegExp(`${escapeCode}(?:\\][^${bell}${escapeCode}]*(?:${bell}|${escapeCode}\\\\)?|\\[[0-?]*[ -/]*[@-~]?|.)?`, 'g');

/**
 * A line of somebody else's program, fit for a terminal: escape sequences and control characters cannot move the cursor, set the title or
 * hide what was printed. Colours stay where colours are wanted.
 */
export function harmless(line: string, colour: boolean): string {
  const parts = line.split(colours);
  const text = parts.map((part, index) => (index % 2 === 0 ? withoutControls(part) : colour ? part : '')).join('');
  return colour && parts.length > 1 ? `${text}${escapeCode}[0m` : text;
}

function withoutControls(text: string): string {
  return text.replace(commands, '').replace(/[^\P{Cc}\t]/gu, '');
}
