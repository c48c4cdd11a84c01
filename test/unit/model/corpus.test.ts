import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../contracts/diagnostic.ts';
import { DiagnosticList } from '../../../model/diagnostic-list.ts';
import { createModuleFinder } from '../../../model/modules/find-module.ts';
import { readConfigurationDocument, readDefinitionDocument, readModuleDocument } from '../../../model/read-document.ts';
import { readServiceDefinition, readServiceModel } from '../../../model/read-service-model.ts';
import { resolveDeclarations } from '../../../model/rules/check-service.ts';
import { corpusOutcomes } from './corpus-outcomes.ts';

const corpus = join(import.meta.dirname, '../../../../shared/corpus/service-models');
const files = existsSync(corpus) ? (readdirSync(corpus, { recursive: true }) as string[]).sort() : [];
const withEnding = (ending: string) => files.filter((file) => file.endsWith(ending));

function configurationsIn(folder: string): string[] {
  return readdirSync(join(corpus, folder)).filter((name) => name.endsWith('.cscfg'));
}

/** The folder with the configuration of a definition: its own, or the project's above a .csx folder or a package. */
function projectOf(definition: string): string {
  let folder = dirname(definition);
  while (folder.includes('/') && configurationsIn(folder).length === 0) folder = dirname(folder);
  return folder;
}

function outcomeOf(diagnostics: readonly Diagnostic[]): string {
  const codes = (severity: Diagnostic['severity']) => {
    const counts = new Map<string, number>();
    for (const one of diagnostics) if (one.severity === severity) counts.set(one.code, (counts.get(one.code) ?? 0) + 1);
    return [...counts]
      .sort()
      .map(([code, count]) => (count === 1 ? code : `${code} x${count}`))
      .join(', ');
  };
  const warnings = codes('warning');
  return `${codes('error') || 'valid'}${warnings === '' ? '' : `; ${warnings}`}`;
}

describe.skipIf(files.length === 0)('the corpus (skipped where ../shared/corpus is absent)', () => {
  it.each(withEnding('.csdef'))('%s has the outcomes of the table', (definition) => {
    const definitionFile = join(corpus, definition);
    const folder = projectOf(definition);
    const configurations = configurationsIn(folder);
    const outcomes = configurations.map((name) => {
      const { diagnostics, model } = readServiceModel({ definitionFile, configurationFile: join(corpus, folder, name) });
      const outcome = outcomeOf(diagnostics);
      expect(model !== undefined).toBe(outcome.startsWith('valid'));
      return [name, outcome];
    });
    if (configurations.length === 0) outcomes.push(['-', outcomeOf(readServiceDefinition({ definitionFile }).diagnostics)]);
    expect(Object.fromEntries(outcomes)).toEqual(corpusOutcomes[definition]);
  });

  it('has no definition more or less than the table', () => {
    expect(Object.keys(corpusOutcomes).sort()).toEqual(withEnding('.csdef'));
  });

  it('has configurations without a definition beside them, which read without a finding', () => {
    const paired = new Set(
      withEnding('.csdef').flatMap((file) => configurationsIn(projectOf(file)).map((name) => join(projectOf(file), name))),
    );
    const lone = withEnding('.cscfg').filter((file) => !paired.has(file));
    expect(lone.map((file) => basename(file))).toContain('SampleAppV1.cscfg');
    for (const file of lone) {
      const findings = new DiagnosticList();
      readConfigurationDocument(join(corpus, file), findings, new WeakSet());
      expect(findings.finish()).toEqual([]);
    }
  });

  it('has 45 modules, all without a finding', () => {
    const modules = withEnding('.csplugin');
    expect(modules).toHaveLength(45);
    for (const file of modules) {
      const findings = new DiagnosticList();
      expect(readModuleDocument(join(corpus, file), findings, new WeakSet())).toBeDefined();
      expect(findings.finish()).toEqual([]);
    }
  });

  it.each([
    ['Awallace4__HangmanCloud'],
    ['JerryZhangMS__CSESDevready2024/DevReadyOnStartException'],
    ['chrisjstevenson__volume'],
    ['martijnhoogendoorn__awesomeapp'],
  ])('%s: role and modules together declare what Azure’s packager wrote into the flattened definition', (project) => {
    expect(declaredIn(join(corpus, project, 'ServiceDefinition.csdef'))).toEqual(
      declaredIn(join(corpus, project, 'csx/ServiceDefinition.csdef')),
    );
  });
});

/**
 * Names of everything that each role declares, its modules included, with the ports of endpoints and the sizes of stores. The packager
 * leaves out permissionLevel.
 */
function declaredIn(file: string): unknown {
  const findings = new DiagnosticList();
  const incomplete = new WeakSet<object>();
  const definition = readDefinitionDocument(file, findings, incomplete)?.value;
  if (definition === undefined) throw new Error(`${file} cannot be read`);
  const declarations = resolveDeclarations(definition, createModuleFinder([], findings, incomplete), findings);
  return [...declarations].map(([role, declared]) => ({
    role: role.name,
    settings: declared.settings.map(({ name }) => name).sort(),
    stores: declared.localStorage.map(({ name, sizeInMB, cleanOnRoleRecycle }) => `${name} ${sizeInMB} ${cleanOnRoleRecycle}`).sort(),
    input: declared.inputEndpoints.map(({ name, protocol, port, localPort = port }) => `${name} ${protocol} ${port} ${localPort}`).sort(),
    internal: declared.internalEndpoints
      .map(({ name, protocol, port, fixedPortRanges: [range] }) => `${name} ${protocol} ${port ?? range?.min}`)
      .sort(),
    certificates: declared.certificates.map(({ name, storeLocation, storeName }) => `${name} ${storeLocation} ${storeName}`).sort(),
  }));
}
