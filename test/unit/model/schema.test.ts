import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DiagnosticList } from '../../../model/diagnostic-list.ts';
import { notPlayed } from '../../../model/list-not-played.ts';
import { readServiceModel } from '../../../model/read-service-model.ts';
import { configurationNamespace, serviceConfiguration } from '../../../model/schema/configuration-schema.ts';
import { contentTree } from '../../../model/schema/content-tree.ts';
import { definitionNamespace, roleModule, serviceDefinition } from '../../../model/schema/definition-schema.ts';
import type { ElementRule } from '../../../model/schema/element-rules.ts';
import { readXml } from '../../../model/xml/read-xml.ts';
import type { XmlElement } from '../../../model/xml/xml-element.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/service-models');
const definitionFile = join(fixtures, 'complete.csdef');
const configurationFile = join(fixtures, 'complete.cscfg');
const moduleFile = join(fixtures, 'plugins/Tally/Tally.csplugin');

/** Every path of elements and attributes that a schema allows; what nests in itself is followed once. */
function pathsOf(rule: ElementRule<unknown>, path: string, above: readonly ElementRule<unknown>[] = []): string[] {
  const attributes = Object.keys(rule.attributes).map((name) => `${path}@${name}`);
  if (above.filter((one) => one === rule).length > 1) return attributes;
  const walk = (node: ReturnType<typeof contentTree>, at: string): string[] => [
    ...[...node.containers].flatMap(([name, inside]) => walk(inside, `${at}${name}/`)),
    ...[...node.targets].flatMap(([name, target]) => [`${at}${name}`, ...pathsOf(target.rule, `${at}${name}/`, [...above, rule])]),
  ];
  return [...attributes, ...walk(contentTree(rule), path)];
}

function pathsIn(node: XmlElement, path = ''): string[] {
  return [
    ...node.attributes.filter(({ uri }) => uri === '').map(({ name }) => `${path}@${name}`),
    ...node.children.flatMap((child) => [`${path}${child.name}`, ...pathsIn(child, `${path}${child.name}/`)]),
  ];
}

function readTree(file: string): XmlElement {
  const root = readXml(file, new DiagnosticList());
  if (root === undefined) throw new Error(`${file} cannot be read`);
  return root;
}

const documents = [
  { file: definitionFile, rule: serviceDefinition, name: 'csdef' },
  { file: configurationFile, rule: serviceConfiguration, name: 'cscfg' },
  { file: moduleFile, rule: roleModule, name: 'csplugin' },
];

/** Allowed by the schema and refused by a rule, so that the complete definition cannot have it. */
const refused = /^VirtualMachineRole\/Startup/;
/** The complete definition nests virtual paths once in each way; deeper is the same again. */
const deeper =
  /(VirtualApplication|VirtualDirectory)\/.*(VirtualApplication|VirtualDirectory)\/.*(VirtualApplication|VirtualDirectory)|VirtualDirectory\/(VirtualApplication|VirtualDirectory)/;

describe('the schema', () => {
  it.each(documents)('is covered by the complete $name, element by element and attribute by attribute', ({ file, rule }) => {
    const present = new Set(pathsIn(readTree(file)));
    const missing = pathsOf(rule, '').filter((path) => !present.has(path) && !refused.test(path) && !deeper.test(path));
    expect(missing).toEqual([]);
  });

  it('gives a typed place to everything that the complete service states: no value is dropped', () => {
    const { model, diagnostics } = readServiceModel({ definitionFile, configurationFile, pluginFolders: [join(fixtures, 'plugins')] });
    expect(diagnostics.filter(({ severity }) => severity !== 'info')).toEqual([]);
    const kept = countPlaces([model?.definition, model?.configuration, model?.roles[0]?.modules]);
    const stated = documents.flatMap(({ file }) => ['root', ...pathsIn(readTree(file))]);
    const attributes = stated.filter((path) => path.includes('@'));
    expect(kept.attributes).toBe(attributes.length);
    const values = JSON.stringify([model?.definition, model?.configuration, model?.roles[0]?.modules]);
    for (const { file } of documents) for (const value of statedTexts(readTree(file))) expect(values).toContain(JSON.stringify(value));
  });

  it('remembers whether a value was stated, and where', () => {
    const { model } = readServiceModel({ definitionFile, configurationFile, pluginFolders: [join(fixtures, 'plugins')] });
    const store = model?.definition.roles.find(({ name }) => name === 'Store');
    const second = model?.definition.roles.find(({ name }) => name === 'Second');
    const lines = readFileSync(definitionFile, 'utf8').split('\n');
    const place = store?.at.attributes.vmsize;
    expect(lines[(place?.line ?? 0) - 1]?.slice((place?.column ?? 0) - 1)).toMatch(/^vmsize="Large"/);
    expect(second).toMatchObject({ vmsize: 'Small', enableNativeCodeExecution: true });
    expect(Object.keys(second?.at.attributes ?? {})).toEqual(['name']);
  });
});

describe('what is read and not played yet', () => {
  it.each(notPlayed)('$code is at places that the schema knows', ({ definition = [], configuration = [] }) => {
    const known = { definition: pathsOf(serviceDefinition, ''), configuration: pathsOf(serviceConfiguration, '') };
    for (const path of definition)
      expect(
        known.definition.some((one) => isBelow(one, path)),
        path,
      ).toBe(true);
    for (const path of configuration)
      expect(
        known.configuration.some((one) => isBelow(one, path)),
        path,
      ).toBe(true);
  });

  it('together with what is played covers the whole schema', () => {
    const played = {
      definition: [
        '@name',
        '@schemaVersion',
        '*',
        '*/@name',
        '*/ConfigurationSettings/Setting',
        '*/LocalResources/LocalStorage',
        '*/LocalStorage',
        '*/Endpoints/InternalEndpoint',
        'WebRole/InternalEndpoint',
        '*/Startup',
        '*/Imports/Import',
        '*/Runtime',
      ],
      configuration: ['@serviceName', '@schemaVersion', 'Role', 'Role/@name', 'Role/Instances', 'Role/ConfigurationSettings/Setting'],
    };
    const rows = {
      definition: notPlayed.flatMap((row) => row.definition ?? []),
      configuration: notPlayed.flatMap((row) => row.configuration ?? []),
    };
    const uncovered = (known: string[], ends: string[]) =>
      known.filter((one) => !ends.some((end) => matches(one, end) || (!isTop(end) && isBelow(one, end))));
    expect(uncovered(pathsOf(serviceDefinition, ''), [...played.definition, ...rows.definition])).toEqual([]);
    expect(uncovered(pathsOf(serviceConfiguration, ''), [...played.configuration, ...rows.configuration])).toEqual([]);
  });

  it('is one line per kind, with the number of places', () => {
    const { diagnostics } = readServiceModel({ definitionFile, configurationFile, pluginFolders: [join(fixtures, 'plugins')] });
    expect(diagnostics.map(({ code }) => code).sort()).toEqual(notPlayed.map(({ code }) => code).sort());
    expect(diagnostics.find(({ code }) => code === 'RV1905')?.message).toMatch(/\(8 places\)\.$/);
  });
});

it('the namespaces are those of Azure', () => {
  expect([readTree(definitionFile).uri, readTree(moduleFile).uri, readTree(configurationFile).uri]).toEqual([
    definitionNamespace,
    definitionNamespace,
    configurationNamespace,
  ]);
});

/** A role or a Role as such is played: that says nothing about what it contains. */
function isTop(path: string): boolean {
  return path === '*' || path === 'Role';
}

/** Paths write attributes as `A/@b`; `*` is any element. */
function matches(path: string, pattern: string): boolean {
  const steps = path.replace('@', '/@').replace('//', '/').replace(/^\//, '').split('/');
  const wanted = pattern.split('/');
  return (
    steps.length === wanted.length &&
    wanted.every((step, index) => step === steps[index] || (step === '*' && !steps[index]?.startsWith('@')))
  );
}

function isBelow(path: string, pattern: string): boolean {
  const steps = path.replace('@', '/@').replace('//', '/').replace(/^\//, '').split('/');
  return matches(steps.slice(0, pattern.split('/').length).join('/'), pattern);
}

function countPlaces(value: unknown): { attributes: number } {
  if (typeof value !== 'object' || value === null) return { attributes: 0 };
  const inner = Object.entries(value).map(([key, one]) => (key === 'at' ? 0 : countPlaces(one).attributes));
  const own = Object.hasOwn(value, 'at') ? Object.keys((value as { at: { attributes: object } }).at.attributes).length : 0;
  return { attributes: inner.reduce((sum, one) => sum + one, own) };
}

/** Attribute values that are texts, not numbers or flags. */
function statedTexts(node: XmlElement): string[] {
  const own = node.attributes.map(({ value }) => value).filter((value) => !/^(\d+|-\d+|true|false)$/.test(value));
  return [...own, ...node.children.flatMap(statedTexts)];
}
