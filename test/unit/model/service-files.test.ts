import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkTaskPrograms } from '../../../model/check-task-programs.ts';
import { programOf } from '../../../model/program-of.ts';
import { validateService } from '../../../model/validate-service.ts';
import { configuration, definition, instancesOf, worker } from './service-text.ts';

let service: string;
beforeEach(() => {
  service = mkdtempSync(join(tmpdir(), 'rolevm-service-'));
});
afterEach(() => rmSync(service, { recursive: true }));

const oneRole = worker('');

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(service, name, '..'), { recursive: true });
    writeFileSync(join(service, name), text);
  }
}

function codesOf(options?: { configuration?: string }): string[] {
  return validateService(service, options).diagnostics.map(({ code }) => code);
}

describe('the folder of a service', () => {
  it('is valid with definition, configuration and one folder per role', () => {
    write({ 'ServiceDefinition.csdef': oneRole, 'ServiceConfiguration.Cloud.cscfg': instancesOf('Counter'), 'Counter/a.js': '' });
    const { model, diagnostics, files } = validateService(service);
    expect(diagnostics).toEqual([]);
    expect(model?.roles).toMatchObject([{ name: 'Counter', kind: 'WorkerRole', instanceCount: 1 }]);
    expect(files).toEqual({
      definitionFile: join(service, 'ServiceDefinition.csdef'),
      configurationFile: join(service, 'ServiceConfiguration.Cloud.cscfg'),
      pluginFolders: [join(service, 'plugins')],
    });
  });

  it('may write its names in any case, as on Windows', () => {
    write({ 'servicedefinition.CSDEF': oneRole, 'serviceconfiguration.local.cscfg': instancesOf('Counter'), 'counter/a.js': '' });
    expect(codesOf()).toEqual([]);
  });

  it.each([
    [['Local', 'Cloud', ''], 'ServiceConfiguration.Local.cscfg'],
    [['Cloud', ''], 'ServiceConfiguration.cscfg'],
    [['Cloud', 'Test'], 'ServiceConfiguration.Cloud.cscfg'],
    [['Test'], 'ServiceConfiguration.Test.cscfg'],
  ])('of %s takes %s', (present, taken) => {
    write({ 'ServiceDefinition.csdef': oneRole, 'Counter/a.js': '' });
    for (const name of present)
      write({ [name === '' ? 'ServiceConfiguration.cscfg' : `ServiceConfiguration.${name}.cscfg`]: instancesOf('Counter') });
    expect(validateService(service).files?.configurationFile).toBe(join(service, taken));
  });

  it('takes the configuration that is asked for, by its word or by its path', () => {
    write({
      'ServiceDefinition.csdef': oneRole,
      'ServiceConfiguration.Local.cscfg': instancesOf('Counter'),
      'ServiceConfiguration.Cloud.cscfg': configuration('<Role name="Counter"><Instances count="4" /></Role>'),
      'elsewhere/my.cscfg': configuration('<Role name="Counter"><Instances count="9" /></Role>'),
      'Counter/a.js': '',
    });
    expect(validateService(service, { configuration: 'Cloud' }).model?.roles[0]?.instanceCount).toBe(4);
    expect(validateService(service, { configuration: 'cloud' }).model?.roles[0]?.instanceCount).toBe(4);
    expect(validateService(service, { configuration: join(service, 'elsewhere/my.cscfg') }).model?.roles[0]?.instanceCount).toBe(9);
    expect(codesOf({ configuration: 'Test' })).toEqual(['RV1403']);
    expect(codesOf({ configuration: join(service, 'nothing.cscfg') })).toEqual(['RV1001']);
  });

  it('reports what is missing or not clear, both files at once', () => {
    expect(codesOf()).toEqual(['RV1401', 'RV1403']);
    write({ 'a.csdef': oneRole, 'b.csdef': oneRole, 'c.cscfg': '', 'd.cscfg': '' });
    expect(codesOf()).toEqual(['RV1402', 'RV1404']);
    expect(validateService(join(service, 'nothing')).diagnostics.map(({ code }) => code)).toEqual(['RV1401']);
    expect(validateService(join(service, 'a.csdef')).diagnostics.map(({ code }) => code)).toEqual(['RV1401']);
  });

  it('is valid without the folders of its roles, and says that they are needed to run it', () => {
    const roles = definition('<WorkerRole name="Counter" />\n<WorkerRole name="Other" />');
    write({ 'ServiceDefinition.csdef': roles, 'ServiceConfiguration.cscfg': instancesOf('Counter', 'Other'), Counter: 'a file' });
    const { diagnostics, model } = validateService(service);
    expect(model).toBeDefined();
    expect(diagnostics).toMatchObject([
      { code: 'RV1405', severity: 'warning', line: 2, column: 13, subject: 'WorkerRole/@name' },
      { code: 'RV1405', severity: 'warning', line: 3, column: 13 },
    ]);
  });

  it('without any configuration has its definition checked alone', () => {
    write({ 'ServiceDefinition.csdef': worker('<Nonsense />'), 'Counter/a.js': '' });
    expect(validateService(service).diagnostics).toMatchObject([
      { code: 'RV1403', severity: 'warning' },
      { code: 'RV1103', severity: 'error' },
    ]);
  });

  it('may bring modules of its own, which come before those that are known', () => {
    const content = '<ConfigurationSettings><Setting name="Level" /></ConfigurationSettings>';
    write({
      'ServiceDefinition.csdef': worker('<Imports><Import moduleName="Diagnostics" /><Import moduleName="Broken" /></Imports>'),
      'ServiceConfiguration.cscfg': instancesOf('Counter'),
      'Counter/a.js': '',
      'plugins/diagnostics/Diagnostics.csplugin': definition(content, 'namespace="Mine"')
        .replaceAll('ServiceDefinition ', 'RoleModule ')
        .replace('</ServiceDefinition>', '</RoleModule>'),
      'plugins/Broken/Broken.csplugin': '<RoleModule',
    });
    const { diagnostics } = validateService(service);
    const errors = diagnostics.filter(({ severity }) => severity !== 'info');
    expect(errors.map(({ code }) => code).sort()).toEqual(['RV1005', 'RV1304']);
    expect(errors.find(({ code }) => code === 'RV1304')?.message).toContain("Setting 'Mine.Level', which module 'Diagnostics' declares,");
  });
});

describe('programs that need a Windows shell', () => {
  const tasks = (lines: string[]) => `<Startup>${lines.map((line) => `\n<Task commandLine="${line}" />`).join('')}</Startup>`;

  function check(content: string) {
    write({ 'ServiceDefinition.csdef': worker(content), 'ServiceConfiguration.cscfg': instancesOf('Counter'), 'Counter/a.js': '' });
    const { model, diagnostics } = validateService(service);
    if (model === undefined) throw new Error(`refused: ${JSON.stringify(diagnostics)}`);
    return { refusals: checkTaskPrograms(model), notes: diagnostics };
  }

  it('are valid, and refused by up with the task’s name', () => {
    const { refusals, notes } = check(
      tasks(['install.cmd &gt; log.txt', 'a.exe', '&quot;my tools\\Set Up.BAT&quot; /q', 'x.ps1', 'setup.sh']),
    );
    expect(notes.map(({ code, severity, line }) => `${code} ${severity} ${line}`)).toEqual([
      'RV1916 info 4',
      'RV1916 info 6',
      'RV1916 info 7',
    ]);
    expect(refusals.map(({ code, severity, line }) => `${code} ${severity} ${line}`)).toEqual([
      'RV1501 error 4',
      'RV1501 error 6',
      'RV1501 error 7',
    ]);
    expect(refusals[0]).toMatchObject({
      message: "Startup task 'install.cmd > log.txt' of role 'Counter' needs cmd.exe.",
      subject: 'Task/@commandLine',
      column: 7,
    });
  });

  it('may be entry points as well', () => {
    const { refusals } = check('<Runtime><EntryPoint><ProgramEntryPoint commandLine="node.cmd .\\server.js" /></EntryPoint></Runtime>');
    expect(refusals).toMatchObject([{ code: 'RV1501', subject: 'ProgramEntryPoint/@commandLine' }]);
  });

  it.each(['cmd /c dir', 'CMD.EXE', 'powershell -File a.ps1', 'scripts\\run.cmd'])('include %s', (line) => {
    expect(check(tasks([line])).refusals).toHaveLength(1);
  });

  it.each(['node task.js', 'a.exe', 'run.cmd.exe', 'tool a.cmd', 'task.mjs', '.\\setup.sh'])('do not include %s', (line) => {
    expect(check(tasks([line])).refusals).toEqual([]);
  });

  it('go together with roles that have no image', () => {
    const roles = definition('<WorkerRole name="Counter" />\n<VirtualMachineRole name="Image" />');
    write({ 'ServiceDefinition.csdef': roles, 'ServiceConfiguration.cscfg': instancesOf('Counter', 'Image'), 'Counter/a.js': '' });
    const { model } = validateService(service);
    expect(model && checkTaskPrograms(model)).toMatchObject([{ code: 'RV1502', line: 3, column: 1 }]);
  });
});

it.each([
  ['install.cmd', 'install.cmd'],
  ['  a.exe>log', 'a.exe'],
  ['"my tools\\a b.exe" -x', 'my tools\\a b.exe'],
  ['"open', 'open'],
  ['a&b', 'a'],
  ['> log', ''],
])('the program of %j is %j', (line, program) => {
  expect(programOf(line)).toBe(program);
});
