import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launchProgram } from '../../../sandbox/programs/launch-program.ts';
import { parseCommandLine } from '../../../sandbox/programs/parse-command-line.ts';
import { resolveProgram } from '../../../sandbox/programs/resolve-program.ts';

let root: string;
let vmRoot: string;
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-programs-')));
  vmRoot = path.join(root, 'vm');
  for (const drive of ['C', 'D', 'E']) fs.mkdirSync(path.join(vmRoot, drive), { recursive: true });
  fs.mkdirSync(path.join(vmRoot, 'E', 'approot'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

/** Writes a file on a drive of the VM and returns its host path. */
function file(name: string, content = ''): string {
  const host = path.join(vmRoot, ...name.split('/'));
  fs.mkdirSync(path.dirname(host), { recursive: true });
  fs.writeFileSync(host, content);
  return host;
}

/** A program on the machine's own PATH. */
function hostProgram(name: string): string {
  const host = path.join(root, 'bin', name);
  fs.mkdirSync(path.dirname(host), { recursive: true });
  fs.writeFileSync(host, '');
  return host;
}

const resolve = (line: string, env: Readonly<Record<string, string>> = { PATH: path.join(root, 'bin') }) =>
  resolveProgram(
    parseCommandLine(line, () => undefined),
    { vmRoot, workingDirectory: 'E:\\approot', env },
  );

describe('the program of a command line', () => {
  it("is found in the role's own folder before the PATH", () => {
    hostProgram('tool');
    const own = file('E/approot/tool');
    expect(resolve('tool a b')).toEqual({ file: own, args: ['a', 'b'], cwd: path.join(vmRoot, 'E', 'approot'), reportsExitCode: false });
  });

  it('is found below its folder, in any case, with either slash', () => {
    const own = file('E/approot/bin/Tool.exe');
    for (const line of ['bin\\tool.exe', 'BIN/TOOL.EXE', '.\\bin\\Tool.exe', 'bin\\tool']) expect(resolve(line).file).toBe(own);
  });

  it('is found on another drive by its full path', () => {
    const own = file('D/Tools/tool.exe');
    expect(resolve('D:\\Tools\\tool.exe').file).toBe(own);
  });

  it('is found by a host path inside the VM, as variables of the role hold them, and by none outside', () => {
    const own = file('E/approot/cache.js');
    expect(resolve(`"${own}" x`)).toMatchObject({ file: process.execPath, args: [own, 'x'] });
    expect(() => resolve(hostProgram('tool'))).toThrow('was found neither in E:\\approot nor on the PATH');
  });

  it.skipIf(process.platform === 'win32')(
    'is a tool of the guest before anything of that name on the PATH, and is told what is written',
    () => {
      hostProgram('sc');
      const tool = file('D/Windows/System32/sc.exe');
      file('E/approot/cache.js');
      for (const name of ['sc', 'SC.EXE', 'D:\\Windows\\System32\\sc.exe']) {
        expect(resolve(`${name} create Cache binPath= E:\\approot\\cache.js`)).toEqual({
          file: process.execPath,
          args: [tool, 'create', 'Cache', 'binPath=', 'E:\\approot\\cache.js'],
          cwd: path.join(vmRoot, 'E', 'approot'),
          reportsExitCode: true,
        });
      }
      const own = file('E/approot/sc');
      expect(resolve('sc query').file).toBe(own);
    },
  );

  it('is found on the PATH, whatever the case of that variable', () => {
    const onPath = hostProgram('tool');
    expect(resolve('tool', { Path: `${path.join(root, 'none')}${path.delimiter}${path.join(root, 'bin')}` }).file).toBe(onPath);
  });

  it.skipIf(process.platform === 'win32')('loses .exe on the PATH of a system that has no such extension', () => {
    const onPath = hostProgram('tool');
    expect(resolve('tool.exe').file).toBe(onPath);
  });

  it.each(['node', 'node.exe', 'Node.EXE'])('%s is there in any case', (name) => {
    expect(resolve(`${name} -v`, { PATH: '' })).toMatchObject({ file: process.execPath, args: ['-v'] });
  });

  it.each(['prepare.js', 'prepare.mjs', 'PREPARE.CJS'])('%s is run by Node, which tells codes of 32 bits', (name) => {
    const own = file(`E/approot/${name}`);
    expect(resolve(`${name} x`)).toMatchObject({ file: process.execPath, args: [own, 'x'], reportsExitCode: true });
  });

  it('a .sh file is run by the shell of the machine', () => {
    const own = file('E/approot/prepare.sh');
    expect(resolve('prepare.sh x')).toMatchObject({ file: '/bin/sh', args: [own, 'x'], reportsExitCode: false });
  });

  it.each(['setup.cmd', 'setup.bat', 'setup.ps1', 'setup.VBS', 'bin\\setup.cmd /q'])('%s is refused by name, there or not', (line) => {
    file('E/approot/setup.cmd');
    expect(() => resolve(line)).toThrow(/"(bin\\)?setup\.\w+" needs the guest's own command shell/);
  });

  it.each(['absent', 'absent.js', 'bin\\absent.exe', 'D:\\absent.exe'])(
    '%s that is nowhere is said so, with the code of Windows',
    (line) => {
      expect(() => resolve(line)).toThrow(/"[^"]+" was found neither in E:\\approot nor on the PATH \(0x80070002\)\./);
    },
  );

  it('is no folder', () => {
    fs.mkdirSync(path.join(vmRoot, 'E', 'approot', 'tool'));
    fs.mkdirSync(path.join(root, 'bin', 'tool'), { recursive: true });
    expect(() => resolve('tool')).toThrow('was found neither');
  });

  it('is not found by a path of this machine, nor above the drives', () => {
    const outside = hostProgram('tool');
    file('tool.exe');
    fs.writeFileSync(path.join(root, 'tool.exe'), '');
    for (const line of [
      outside,
      '..\\..\\tool.exe',
      '../../../tool.exe',
      `${'..\\'.repeat(20)}${outside.slice(1).replaceAll('/', '\\')}`,
    ]) {
      expect(() => resolve(line), line).toThrow();
    }
  });

  it('is not found through a link that leads out of the drive', () => {
    const outside = hostProgram('tool');
    fs.symlinkSync(path.dirname(outside), path.join(vmRoot, 'E', 'approot', 'bin'));
    expect(() => resolve('bin\\tool')).toThrow('leads out of the drive');
  });

  it.each(['Z:\\tool.exe', '\\\\server\\share\\tool.exe', 'E:\\..\\tool.exe', 'con', 'tool.exe:stream'])('%s is none', (line) =>
    expect(() => resolve(line)).toThrow(),
  );

  it('sees host paths where its arguments name drive paths', () => {
    file('E/approot/tool');
    const config = file('E/approot/Conf/App.json');
    expect(resolve('tool E:\\approot\\conf\\app.json C:\\Logs\\new.log /q -x').args).toEqual([
      config,
      path.join(vmRoot, 'C', 'Logs', 'new.log'),
      '/q',
      '-x',
    ]);
  });

  it.skipIf(process.platform === 'win32')('sees slashes where an argument names a file that is there, and else what was written', () => {
    file('E/approot/tool');
    file('E/approot/conf/app.json');
    expect(resolve('tool conf\\app.json conf\\absent.json a\\b').args).toEqual(['conf/app.json', 'conf\\absent.json', 'a\\b']);
  });
});

describe('the launch of a program', () => {
  const output = () => path.join(vmRoot, 'C', 'Logs', 'StartupTasks', '0-prepare.js.log');
  const launch = (commandLine: string, env: Readonly<Record<string, string>> = {}) =>
    launchProgram({ commandLine, vmRoot, workingDirectory: 'E:\\approot', env, outputFile: output(), bundlesDirectory: '/bundles' });
  const openFiles = () => (fs.existsSync('/proc/self/fd') ? fs.readdirSync('/proc/self/fd').length : 0);
  /** Writes as the program would, and ends it. */
  const play = (commandLine: string, env: Readonly<Record<string, string>> = {}) => {
    const spec = launch(commandLine, env);
    fs.writeSync(spec.stdout as number, 'out\n');
    fs.writeSync(spec.stderr as number, 'err\n');
    spec.release?.();
    spec.explainExit?.({ kind: 'exited', code: 0 });
  };
  const read = (name: string) => fs.readFileSync(path.join(vmRoot, ...name.split('/')), 'utf8');

  beforeEach(() => {
    file('E/approot/prepare.js');
    file('E/approot/tool');
  });

  it('keeps what is printed in the file of the task, one start after the other', () => {
    play('prepare.js');
    play('prepare.js');
    expect(fs.readFileSync(output(), 'utf8')).toBe('out\nerr\nout\nerr\n');
  });

  it.each([
    ['prepare.js > log.txt', 'out\n', 'err\n'],
    ['prepare.js > log.txt 2>&1', 'out\nerr\n', ''],
    ['prepare.js 2>&1 > log.txt', 'out\n', 'err\n'],
    ['prepare.js 2> log.txt', 'err\n', 'out\n'],
  ])('%s', (line, log, kept) => {
    play(line);
    expect([read('E/approot/log.txt'), fs.readFileSync(output(), 'utf8')]).toEqual([log, kept]);
  });

  it('appends with >> and begins anew with >', () => {
    for (const line of ['prepare.js > log.txt', 'prepare.js >> log.txt', 'prepare.js >> log.txt']) play(line);
    expect(read('E/approot/log.txt')).toBe('out\nout\nout\n');
    play('prepare.js > log.txt');
    expect(read('E/approot/log.txt')).toBe('out\n');
  });

  it('forgets what goes to NUL', () => {
    play('prepare.js > NUL 2>&1');
    expect(fs.readFileSync(output(), 'utf8')).toBe('');
    expect(fs.existsSync(path.join(vmRoot, 'E', 'approot', 'NUL'))).toBe(false);
  });

  it('redirects to the drive that is named, in any case', () => {
    fs.mkdirSync(path.join(vmRoot, 'C', 'Logs'), { recursive: true });
    play('prepare.js > C:\\logs\\task.txt');
    expect(read('C/Logs/task.txt')).toBe('out\n');
  });

  it('redirects to a folder of the role that a variable names by its host path', () => {
    const temp = path.join(vmRoot, 'C', 'Resources', 'temp');
    fs.mkdirSync(temp, { recursive: true });
    play('prepare.js > %TEMP%\\task.txt', { TEMP: temp });
    expect(read('C/Resources/temp/task.txt')).toBe('out\n');
  });

  it.each([
    ['a path of this machine', () => `prepare.js > ${path.join(root, 'stolen.txt')}`],
    ['above the drives', () => 'prepare.js > ..\\..\\..\\stolen.txt'],
    ["the VM's own documents", () => 'prepare.js > ..\\..\\vm.json'],
    ['another drive letter', () => 'prepare.js > Z:\\stolen.txt'],
    ['a device', () => 'prepare.js > con'],
    ['a link that leads out', () => 'prepare.js > out\\stolen.txt'],
  ])('refuses or keeps on the drives a redirection to %s', (_what, line) => {
    fs.symlinkSync(root, path.join(vmRoot, 'E', 'approot', 'out'));
    file('vm.json', 'kept');
    const before = openFiles();
    try {
      play(line());
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
    expect(read('vm.json')).toBe('kept');
    expect([fs.existsSync(path.join(root, 'stolen.txt')), fs.existsSync(path.join(vmRoot, 'stolen.txt'))]).toEqual([false, false]);
    expect(openFiles()).toBe(before);
  });

  it('gives every descriptor back, whatever becomes of it', () => {
    const before = openFiles();
    play('prepare.js > log.txt 2> err.txt');
    play('tool > log.txt 2>&1');
    expect(() => launch('absent.js')).toThrow();
    expect(() => launch('prepare.js > absent\\log.txt')).toThrow();
    expect(openFiles()).toBe(before);
  });

  it.each([
    ['3010', 3010],
    ['-1', -1],
    ['3221225477', -1073741819],
    ['0', 0],
  ])('tells an exit code of 32 bits that the program has left: %s', (left, code) => {
    const spec = launch('prepare.js');
    const [fd] = spec.extra ?? [];
    fs.writeSync(fd as number, left, 0);
    spec.release?.();
    expect(spec.explainExit?.({ kind: 'exited', code: code & 0xff })).toEqual({ kind: 'exited', code });
  });

  it.each(['', 'x', '12x', '99999999999999'])('keeps to what the system says when the program has left %o', (left) => {
    const spec = launch('prepare.js');
    if (left !== '') fs.writeSync(spec.extra?.[0] as number, left, 0);
    spec.release?.();
    expect(spec.explainExit?.({ kind: 'exited', code: 7 })).toEqual({ kind: 'exited', code: 7 });
  });

  it('does not take the code that was left for the end of a program that was killed', () => {
    const spec = launch('prepare.js');
    fs.writeSync(spec.extra?.[0] as number, '0', 0);
    spec.release?.();
    expect(spec.explainExit?.({ kind: 'killed', signal: 'SIGKILL' })).toEqual({ kind: 'killed', signal: 'SIGKILL' });
  });

  it('preloads what leaves the code only into programs that Node runs, and passes on nothing else', () => {
    const script = launch('prepare.js a', { X: '1' });
    expect(script).toMatchObject({
      file: process.execPath,
      args: ['--require', path.join('/bundles', 'report-exit-code.cjs'), path.join(vmRoot, 'E', 'approot', 'prepare.js'), 'a'],
      env: { X: '1' },
      cwd: path.join(vmRoot, 'E', 'approot'),
      ipc: false,
    });
    const tool = launch('tool a');
    expect([tool.args, tool.extra]).toEqual([['a'], undefined]);
    for (const spec of [script, tool]) {
      spec.release?.();
      spec.explainExit?.({ kind: 'exited', code: 0 });
    }
  });
});
