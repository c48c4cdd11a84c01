import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RoleModel } from '../../../contracts/role-model.ts';
import { readRoleModel } from '../../../model/role-model/read-role-model.ts';
import { writeRoleModel } from '../../../model/role-model/write-role-model.ts';
import { corpusFiles, corpusMissing, corpusPath } from './corpus.ts';

const full: RoleModel = {
  name: 'Shop',
  version: '2.9.7499.7',
  tasks: [
    {
      commandLine: 'prepare.cmd > "a & b.log"',
      executionContext: 'elevated',
      taskType: 'background',
      relativePath: 'approot\\bin',
      environment: [
        { name: 'PLAIN', value: 'a\tb\r\nc' },
        { name: 'EMPTY', value: '' },
        { name: 'NONE' },
        { name: 'EMULATED', xpath: '/RoleEnvironment/Deployment/@emulated' },
      ],
    },
    { commandLine: 'x', executionContext: 'limited', taskType: 'simple', relativePath: 'approot\\bin', environment: [] },
  ],
  runtime: {
    executionContext: 'elevated',
    environment: [{ name: 'MODE', value: 'live' }],
    entryPoint: { kind: 'ProgramEntryPoint', commandLine: 'node server.js', setReadyOnProcessStart: true },
  },
  sites: [
    { name: 'Web', physicalDirectory: 'sitesroot\\0', bindings: [{ name: 'In', endpointName: 'HttpIn', hostHeader: 'shop.example' }] },
  ],
  properties: { TargetFrameworkVersion: 'v4.0', ['__proto__']: 'harmless' },
  pluginSettings: [{ name: 'Enabled', nameSpace: 'Microsoft.WindowsAzure.Plugins.RemoteAccess' }],
};

describe('RoleModel.xml', () => {
  it('reads back what it wrote, whatever characters the values hold', () => {
    expect(readRoleModel(writeRoleModel(full))).toEqual(full);
  });

  it('leaves out attributes at their default and keeps an empty Environment in a task', () => {
    const xml = writeRoleModel(full);
    expect(xml).toContain('    <Task commandLine="x" relativePath="approot\\bin">\r\n      <Environment />\r\n    </Task>');
    expect(xml).toContain('<Runtime protocolVersion="2011-03-08" executionContext="elevated">');
    expect(xml).toContain('<Variable name="NONE" />');
  });

  it('always has Runtime and Properties, and nothing else without content', () => {
    const xml = writeRoleModel({ ...full, tasks: [], sites: [], pluginSettings: [], properties: {}, runtime: limited });
    expect(xml.split('\r\n').slice(2)).toEqual(['  <Runtime />', '  <Properties />', '</RoleModel>']);
  });

  it('is read with a byte order mark as without', () => {
    expect(readRoleModel(`\uFEFF${writeRoleModel(full)}`)).toEqual(full);
  });

  const runtime = '<Runtime />';
  it.each([
    ['document must contain a root element', ''],
    ['the root element is Task, not RoleModel', '<Task />'],
    ['RoleModel has no attribute name', `<RoleModel>${runtime}</RoleModel>`],
    ['RoleModel has no element Runtime', '<RoleModel name="a" />'],
    ['Task has no attribute commandLine', `<RoleModel name="a"><Startup><Task relativePath="b"/></Startup>${runtime}</RoleModel>`],
    [
      'Runtime/@executionContext is neither limited nor elevated: root',
      '<RoleModel name="a"><Runtime executionContext="root"/></RoleModel>',
    ],
    ['not well-formed XML: 1:41: unexpected close tag', '<RoleModel name="a"><Runtime></RoleModel>'],
    ['a document type is not allowed', '<!DOCTYPE a [<!ENTITY b "c">]><RoleModel name="a"><Runtime/></RoleModel>'],
    ['not well-formed XML: 1:20: undefined entity', '<RoleModel name="&b;"><Runtime/></RoleModel>'],
    ['elements are nested deeper than 64', '<a>'.repeat(100)],
    ['the document is larger than 4194304 characters', ' '.repeat(5_000_000)],
  ])('is refused with one sentence: %s', (message, xml) => {
    expect(() => readRoleModel(xml)).toThrow(message);
  });

  it('refuses a task type that Azure does not know', () => {
    const xml = writeRoleModel(full).replace('taskType="background"', 'taskType="later"');
    expect(() => readRoleModel(xml)).toThrow('Task/@taskType is none of simple, foreground, background: later');
  });
});

const limited = { executionContext: 'limited', environment: [] } as const;

describe.skipIf(corpusMissing)('RoleModel.xml of real packages (skipped without ../shared/corpus)', () => {
  it('all sixteen are there', () => {
    expect(corpusFiles('RoleModel.xml')).toHaveLength(16);
  });

  it.each(corpusFiles('RoleModel.xml'))('%s is the same after reading, writing and reading', (path) => {
    const model = readRoleModel(readFileSync(corpusPath(path), 'utf8'));
    expect(readRoleModel(writeRoleModel(model))).toEqual(model);
  });

  it.each(corpusFiles('RoleModel.xml'))('%s is written as the SDK wrote it, letter by letter', (path) => {
    const original = readFileSync(corpusPath(path), 'utf8');
    expect(comparable(writeRoleModel(readRoleModel(original)))).toBe(comparable(original));
  });
});

/** The SDKs disagree about the order of two namespace declarations, and git about line ends. */
function comparable(xml: string): string {
  return xml
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .replace(/( xmlns:xs[di]="[^"]*"){2}/, '')
    .trimEnd();
}
