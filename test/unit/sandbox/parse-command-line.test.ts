import { describe, expect, it } from 'vitest';
import { imageName } from '../../../sandbox/programs/image-name.ts';
import { parseCommandLine } from '../../../sandbox/programs/parse-command-line.ts';

const values: Readonly<Record<string, string>> = { TEMP: 'C:\\Resources\\temp', EMPTY: '', 'ProgramFiles(x86)': 'D:\\Program Files (x86)' };
const parse = (line: string) => parseCommandLine(line, (name) => values[name]);

describe('a command line', () => {
  it.each([
    ['prepare.js', ['prepare.js']],
    ['  prepare.js   --all  ', ['prepare.js', '--all']],
    ['"my tool.exe" a', ['my tool.exe', 'a']],
    ['tool "a b" c', ['tool', 'a b', 'c']],
    ['tool pre"a b"post', ['tool', 'prea bpost']],
    ['tool "" x', ['tool', '', 'x']],
    ['tool "a>b" "c&d|e"', ['tool', 'a>b', 'c&d|e']],
    ['tool "unfinished a', ['tool', 'unfinished a']],
    ['tool\ta\r\nb', ['tool', 'a', 'b']],
    ['node server.js --port=80', ['node', 'server.js', '--port=80']],
    ['tool a2', ['tool', 'a2']],
  ])('%o is %o', (line, words) => {
    const { program, arguments: rest, redirections } = parse(line);
    expect([program, ...rest]).toEqual(words);
    expect(redirections).toEqual([]);
  });

  it.each([
    ['tool %TEMP%\\x', ['C:\\Resources\\temp\\x']],
    ['tool "%TEMP%\\a b"', ['C:\\Resources\\temp\\a b']],
    ['tool %TEMP%%TEMP%', ['C:\\Resources\\tempC:\\Resources\\temp']],
    ['tool %EMPTY%', ['']],
    ['tool %UNKNOWN%', ['%UNKNOWN%']],
    ['tool 100%', ['100%']],
    ['tool %%', ['%%']],
    ['tool "%ProgramFiles(x86)%"', ['D:\\Program Files (x86)']],
  ])('has its variables expanded in arguments: %o', (line, words) => expect(parse(line).arguments).toEqual(words));

  it("does not expand variables in the program's name", () => expect(parse('%TEMP%\\tool.exe').program).toBe('%TEMP%\\tool.exe'));

  it('does not take what a variable holds apart', () => {
    const { arguments: rest, redirections } = parseCommandLine('tool %X%', () => '> stolen.txt & "');
    expect([rest, redirections]).toEqual([['> stolen.txt & "'], []]);
  });

  it.each([
    ['tool > log.txt', [{ handle: 'stdout', target: { file: 'log.txt', append: false } }]],
    ['tool>log.txt', [{ handle: 'stdout', target: { file: 'log.txt', append: false } }]],
    ['tool >> log.txt', [{ handle: 'stdout', target: { file: 'log.txt', append: true } }]],
    ['tool 1>log.txt', [{ handle: 'stdout', target: { file: 'log.txt', append: false } }]],
    ['tool 2> err.txt', [{ handle: 'stderr', target: { file: 'err.txt', append: false } }]],
    ['tool 2>>err.txt', [{ handle: 'stderr', target: { file: 'err.txt', append: true } }]],
    ['tool > "a b.txt"', [{ handle: 'stdout', target: { file: 'a b.txt', append: false } }]],
    ['tool > %TEMP%\\log.txt', [{ handle: 'stdout', target: { file: 'C:\\Resources\\temp\\log.txt', append: false } }]],
    [
      'tool >> log.txt 2>&1',
      [
        { handle: 'stdout', target: { file: 'log.txt', append: true } },
        { handle: 'stderr', target: { sameAs: 'stdout' } },
      ],
    ],
    [
      'tool >> log.txt 2>>&1',
      [
        { handle: 'stdout', target: { file: 'log.txt', append: true } },
        { handle: 'stderr', target: { sameAs: 'stdout' } },
      ],
    ],
    ['tool >&2', [{ handle: 'stdout', target: { sameAs: 'stderr' } }]],
    ['tool > nul 2> NUL', [expect.objectContaining({ handle: 'stdout' }), expect.objectContaining({ handle: 'stderr' })]],
  ])('%o is redirected', (line, redirections) => {
    const parsed = parse(line);
    expect(parsed.redirections).toEqual(redirections);
    expect([parsed.program, parsed.arguments]).toEqual(['tool', []]);
  });

  it('keeps a digit that belongs to a word', () => {
    expect(parse('tool a2>log.txt')).toEqual({
      program: 'tool',
      arguments: ['a2'],
      redirections: [{ handle: 'stdout', target: { file: 'log.txt', append: false } }],
    });
  });

  it('may have its redirection before its arguments', () => expect(parse('tool > log.txt --all').arguments).toEqual(['--all']));

  it.each(['a & b', 'a && b', 'a | b', 'a || b', 'a < b', 'a > b & c', 'a >& b', 'a<b'])(
    '%o needs a shell, which is said in one sentence',
    (line) => expect(() => parse(line)).toThrow(/needs a command shell, which this version of rolevm does not have/),
  );

  it.each(['', '   ', '> log.txt'])('%o has no program', (line) => expect(() => parse(line)).toThrow('The command line is empty.'));

  it.each(['tool >', 'tool >>', 'tool 2>', 'tool > > x'])('%o names no file', (line) =>
    expect(() => parse(line)).toThrow(/^The redirection "\d?>>?" names no file\.$/),
  );

  it('is taken apart in a moment, however it is made', () => {
    for (const line of ['"'.repeat(30_001), 'a'.repeat(100_000), ' '.repeat(100_000), '2>'.repeat(10_000), '"a"'.repeat(20_000)]) {
      const begin = performance.now();
      try {
        parse(line);
      } catch {
        // Refused is as good.
      }
      expect(performance.now() - begin).toBeLessThan(2_000);
    }
  });
});

describe('the image name of a command line', () => {
  it.each([
    ['node server.js', 'node'],
    ['node.exe server.js', 'node'],
    ['C:\\Tools\\My.EXE -x', 'My'],
    ['"E:\\approot\\my tool.exe" -x', 'my tool'],
    ['./bin/prepare.js', 'prepare.js'],
    ['  tool  ', 'tool'],
    ['', 'program'],
  ])('%o: %o', (line, name) => expect(imageName(line)).toBe(name));
});
