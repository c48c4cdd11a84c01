import { CommanderError, InvalidArgumentError } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ageOf, parseDuration } from '../../../cli/duration.ts';
import { exitCodeFor, exitCodes, exitCodeTable } from '../../../cli/exit-codes.ts';
import { reportError } from '../../../cli/report-error.ts';
import { table } from '../../../cli/table.ts';
import { UserError } from '../../../contracts/diagnostic.ts';
import { EmulatorFault } from '../../../control/client.ts';

const plain = { json: false, colour: false, debug: false };

let written = '';
beforeEach(() => {
  written = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe('an error that ends the command', () => {
  it('of the user is one sentence and its mend, without a stack', () => {
    expect(reportError(new UserError('RV9000', 'it cannot be', 'do otherwise'), plain)).toBe(exitCodes.failed);
    expect(written).toBe('error RV9000: it cannot be\n  → do otherwise\n');
  });

  it('shows the findings it carries', () => {
    const found = { code: 'RV1103', severity: 'error', message: 'unknown element', file: 'a.csdef', line: 3, column: 5 } as const;
    reportError(new UserError('RV9000', 'the service is invalid', undefined, [found]), plain);
    expect(written).toContain('a.csdef:3:5: error RV1103 unknown element');
  });

  it('is an object for a program', () => {
    reportError(new UserError('RV9000', 'it cannot be', 'do otherwise'), { ...plain, json: true });
    expect(JSON.parse(written)).toEqual({ error: { code: 'RV9000', message: 'it cannot be', mend: 'do otherwise' } });
  });

  it('of ours says so, and shows its stack only when asked', () => {
    const fault = new TypeError('x is not a function');
    expect(reportError(fault, plain)).toBe(exitCodes.fault);
    expect(written).toMatch(/^fault RV4000: TypeError: x is not a function\n {2}→ this is a fault of rolevm, not yours; please report it/);
    expect(written).not.toContain('report.test.ts');
    reportError(fault, { ...plain, debug: true });
    expect(written).toContain('report.test.ts');
  });

  it('of the emulator names the id under which the emulator tells more', () => {
    expect(reportError(new EmulatorFault('1234abcd'), plain)).toBe(exitCodes.fault);
    expect(written).toContain('more under 1234abcd');
  });

  it('of the command line suggests what was perhaps meant', () => {
    const error = new CommanderError(1, 'commander.unknownCommand', "error: unknown command 'kil'\n(Did you mean kill?)");
    expect(reportError(error, plain)).toBe(exitCodes.usage);
    expect(written).toBe("error RV6201: unknown command 'kil'\n  → did you mean kill?\n");
  });

  it('of the command line otherwise leads to the help of that command', () => {
    reportError(new CommanderError(1, 'commander.missingArgument', "error: missing required argument 'target'"), {
      ...plain,
      command: 'kill',
    });
    expect(written).toBe("error RV6203: missing required argument 'target'\n  → see rolevm help kill\n");
  });
});

describe('the exit code', () => {
  it.each([
    ['RV4101', 3],
    ['RV4102', 3],
    ['RV4121', 3],
    ['RV4120', 2],
    ['RV6210', 2],
    ['RV6401', 4],
    ['RV1103', 1],
    ['RV4110', 1],
  ])('of %s is %i', (code, exitCode) => {
    expect(exitCodeFor(new UserError(code, ''))).toBe(exitCode);
  });

  it('of anything that is no mistake of the user is that of a fault', () => {
    expect(exitCodeFor(new Error('x'))).toBe(70);
    expect(exitCodeFor('text')).toBe(70);
  });

  it('is documented, each with a sentence of its own', () => {
    expect(exitCodeTable.map(([code]) => code)).toEqual(Object.values(exitCodes));
    expect(new Set(exitCodeTable.map(([, text]) => text)).size).toBe(exitCodeTable.length);
  });
});

describe('a time on the command line', () => {
  it.each([
    ['500ms', 500],
    ['60s', 60_000],
    ['90', 90_000],
    ['1.5m', 90_000],
    ['24h', 86_400_000],
    ['0', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', 'soon', '-1', '25h', '1d', '1e3', '0x10', '5 s'])('%j is refused', (text) => {
    expect(() => parseDuration(text)).toThrow(InvalidArgumentError);
  });

  it.each([
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [200_000_000, '2 d'],
    [-5_000, '0 s'],
  ])('%i ms ago is shown as %s', (ms, shown) => {
    expect(ageOf(new Date(1_000_000_000_000 - ms).toISOString(), 1_000_000_000_000)).toBe(shown);
  });
});

describe('a table', () => {
  it('aligns columns, numbers to the right, and ends lines without blanks', () => {
    expect(
      table(
        [
          ['NAME', 'PID', 'X'],
          ['a', '1000', ''],
          ['long name', '7', 'y'],
        ],
        [1],
      ),
    ).toEqual(['NAME        PID  X', 'a          1000', 'long name     7  y']);
  });

  it('counts what is seen, not the codes of colours', () => {
    expect(
      table([
        ['\u001b[31ma\u001b[39m', 'b'],
        ['cc', 'd'],
      ]),
    ).toEqual(['\u001b[31ma\u001b[39m   b', 'cc  d']);
  });
});
