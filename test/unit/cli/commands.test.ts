import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cli } from '../../../cli/cli.ts';
import { commandList, hiddenCommandList } from '../../../cli/command-list.ts';
import { patchLines, revertLines } from '../../../cli/commands/patch.ts';
import { complete } from '../../../cli/complete.ts';
import { findService } from '../../../cli/find-service.ts';
import { createProgram } from '../../../cli/program.ts';
import { serviceTemplate } from '../../../cli/service-template.ts';
import { validateAny } from '../../../cli/validate-any.ts';

let root: string;
let cli: Cli;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'rolevm-cli-')));
  const packageRoot = join(root, 'node_modules/rolevm');
  mkdirSync(packageRoot, { recursive: true });
  const commandNames = commandList.map((entry) => entry.name);
  cli = {
    packageRoot,
    bundlesDirectory: packageRoot,
    cwd: root,
    commandNames,
    program: (called) => createProgram(cli, called),
    exitCode: 0,
  };
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the command line', () => {
  it('has the subcommands that are documented', () => {
    expect(cli.commandNames).toEqual([
      'init',
      'validate',
      'up',
      'down',
      'status',
      'wait',
      'ps',
      'kill',
      'debug',
      'logs',
      'events',
      'timeline',
      'rdp',
      'recycle',
      'stop',
      'start',
      'reboot',
      'reimage',
      'rebuild',
      'power-cycle',
      'migrate',
      'update',
      'patch',
      'snapshot',
      'image',
      'plan',
      'fault',
      'chaos',
      'rehearse',
      'doctor',
      'version',
      'completion',
      'help',
    ]);
  });

  it('gives every command a description and examples in its help', async () => {
    const program = await cli.program('all');
    const shown = program.commands.filter((candidate) => !candidate.name().startsWith('__'));
    for (const command of [...shown, ...shown.flatMap(({ commands }) => commands)]) {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) });
      command.outputHelp();
      expect(help, command.name()).toContain('Examples:');
      expect(command.description(), command.name()).not.toBe('');
    }
  });

  it('has an environment variable for every flag, one name meaning one thing', async () => {
    const program = await cli.program('all');
    const below = program.commands.flatMap(({ commands }) => commands);
    const options = [program, ...program.commands, ...below].flatMap((command) => command.options);
    for (const option of options.filter(({ long }) => long !== '--no-color')) {
      expect(option.envVar, option.flags).toBe(`ROLEVM_${option.name().toUpperCase().replaceAll('-', '_')}`);
    }
  });

  it('loads only the commands that are called', async () => {
    const program = await cli.program(['ps']);
    expect(program.commands.filter((command) => command.options.length > 0).map((command) => command.name())).toEqual(['ps']);
  });

  it('hides the commands that it calls itself', async () => {
    const help = (await cli.program([])).helpInformation();
    for (const { name } of hiddenCommandList) expect(help).not.toContain(name);
    for (const { name, summary } of commandList) expect(help).toMatch(new RegExp(`${name} +${summary.slice(0, 20)}`));
  });
});

describe('completion', () => {
  const withVms = () => {
    for (const name of ['Worker_IN_0', 'Worker_IN_1']) mkdirSync(join(root, '.rolevm/vms', name), { recursive: true });
    mkdirSync(join(root, '.rolevm/vms/Worker_IN_0/C/Logs'), { recursive: true });
    writeFileSync(join(root, '.rolevm/vms/Worker_IN_0/C/Logs/WaAppAgent.log'), '');
  };

  it.each([
    [['k'], ['kill']],
    [
      ['kill', 'WaW'],
      ['WaWorkerHost', 'WaWebHost'],
    ],
    [['kill', '--t'], ['--tree']],
    [
      ['wait', 'Re'],
      ['ReadyRole', 'RestartingRole'],
    ],
    [['up', '--config', 'L'], ['Local']],
    [
      ['kill', 'x', '--instance', ''],
      ['Worker_IN_0', 'Worker_IN_1'],
    ],
    [['logs', 'Worker_IN_1'], ['Worker_IN_1']],
    [
      ['logs', '-i', ''],
      ['Worker_IN_0', 'Worker_IN_1'],
    ],
    [['logs', '--file', 'Wa'], ['WaAppAgent.log']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['help', 'exit'], ['exit-codes']],
    [['patch', ''], []],
    [
      ['plan', 're'],
      ['recycle', 'reboot', 'reimage', 'rebuild'],
    ],
    [['patch', 'x.dll', '--wait', '--ins'], ['--instance']],
    [['rehearse', ''], ['hotpatch']],
    [
      ['rehearse', 'hotpatch', '--co'],
      ['--coach', '--config'],
    ],
    [
      ['rehearse', 'hotpatch', '--mode', ''],
      ['window', 'debugger'],
    ],
    [['rehearse', 'hotpatch', '--file', ''], []],
  ])('of %j offers %j', async (words, offered) => {
    withVms();
    expect(await complete(words, cli)).toEqual(offered);
  });

  it('looks into the state directory that is named', async () => {
    mkdirSync(join(root, 'elsewhere/vms/Other_IN_0'), { recursive: true });
    expect(await complete(['--state', 'elsewhere', 'events', ''], cli)).toEqual(['Other_IN_0']);
  });
});

describe('the service that up runs', () => {
  const surroundings = () => ({ cwd: cli.cwd, packageRoot: cli.packageRoot, running: () => [] });

  it('is the one named, relative to the current folder', () => {
    mkdirSync(join(root, 'tally'));
    expect(findService('tally', surroundings())).toBe(join(root, 'tally'));
    expect(() => findService('nothing', surroundings())).toThrow(expect.objectContaining({ code: 'RV6210' }));
  });

  it('is the one in the current folder before the one deployed', () => {
    const deployed = {
      formatVersion: 1,
      id: 'a'.repeat(32),
      serviceName: 'T',
      configurationPath: '',
      packageDigest: '',
      createdAt: '',
      lifecycle: 'stopped',
      instances: [],
    };
    mkdirSync(join(root, '.rolevm'));
    writeFileSync(join(root, '.rolevm/deployment.json'), JSON.stringify({ ...deployed, servicePath: join(root, 'node_modules') }));
    expect(findService(undefined, surroundings())).toBe(join(root, 'node_modules'));
    writeFileSync(join(root, 'ServiceDefinition.csdef'), '');
    expect(findService(undefined, surroundings())).toBe(root);
  });

  it('is the sample in a clone where nothing was run yet, and asked for elsewhere', () => {
    expect(() => findService(undefined, surroundings())).toThrow(expect.objectContaining({ code: 'RV6211' }));
    mkdirSync(join(root, 'clone/samples/hello-worker'), { recursive: true });
    mkdirSync(join(root, 'clone/.git'));
    expect(findService(undefined, { ...surroundings(), packageRoot: join(root, 'clone') })).toBe(join(root, 'clone/samples/hello-worker'));
  });
});

describe('the service that init writes', () => {
  it('is valid without a single warning, with either configuration', async () => {
    for (const [name, content] of Object.entries(serviceTemplate('Tally'))) {
      mkdirSync(join(root, 'tally', name, '..'), { recursive: true });
      writeFileSync(join(root, 'tally', name), content);
    }
    for (const configuration of [undefined, 'Local', 'Cloud']) {
      const found = await validateAny(join(root, 'tally'), configuration);
      expect(found.filter((finding) => finding.severity !== 'info')).toEqual([]);
    }
  });

  it('has a patch that differs from the module in its version only', () => {
    const files = serviceTemplate('Tally');
    expect(files['patches/Worker/Worker.dll']).toBe(files['Worker/Worker.dll']?.replace("version = '1'", "version = '2'"));
  });
});

describe('what patch prints', () => {
  it('says how the patch is taken back, ready to copy', () => {
    const patched = {
      instance: 'W_IN_0',
      drivePath: 'E:\\approot\\W.dll',
      hostPath: '/s/E/approot/W.dll',
      backup: '/my s/W.dll.bak.1',
      sha256: 'ab'.repeat(32),
    };
    expect(patchLines({ patched: [patched] }, 'npx rolevm', undefined)).toEqual([
      'patched W_IN_0  E:\\approot\\W.dll  sha256 abababababababab',
      '  before: /my s/W.dll.bak.1',
      "  revert: npx rolevm patch --revert 'E:\\approot\\W.dll' --instance W_IN_0 --wait",
    ]);
  });

  it('says what was put back, and from where', () => {
    const reverted = {
      instance: 'W_IN_0',
      drivePath: 'E:\\approot\\W.dll',
      hostPath: '/s/E/approot/W.dll',
      backup: '/s/E/approot/W.dll.bak',
      sha256: 'ab'.repeat(32),
    };
    expect(revertLines({ reverted: [reverted] })).toEqual([
      'reverted W_IN_0  E:\\approot\\W.dll  sha256 abababababababab',
      '  back from /s/E/approot/W.dll.bak',
    ]);
  });
});
