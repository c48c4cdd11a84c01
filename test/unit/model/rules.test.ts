import { describe, expect, it } from 'vitest';
import { diagnosticCodes } from '../../../model/diagnostic-codes.ts';
import { brokenServices } from './broken-services.ts';
import { configuration, definition, instancesOf, readTexts, takeMarker, worker } from './service-text.ts';

describe('every rule', () => {
  it.each(brokenServices)('$rule ($code)', ({ code, csdef, cscfg }) => {
    const definitionText = takeMarker(csdef);
    const configurationText = takeMarker(cscfg);
    const { diagnostics, model } = readTexts(definitionText.text, configurationText.text);
    const found = diagnostics.filter((diagnostic) => diagnostic.code === code);
    expect(found.map(({ file, line, column }) => `${file}:${line}:${column}`)).toContain(
      definitionText.place === undefined ? `a.cscfg:${configurationText.place}` : `a.csdef:${definitionText.place}`,
    );
    const warning = /^RV1([23]5|110)/.test(code);
    expect(found.every(({ severity }) => severity === (warning ? 'warning' : 'error'))).toBe(true);
    expect(found.every(({ subject, mend, message }) => subject !== undefined && mend !== undefined && message.endsWith('.'))).toBe(true);
    if (warning) expect(model).toBeDefined();
    else expect(model).toBeUndefined();
  });

  it('has a broken service that shows it', () => {
    const shown = new Set(brokenServices.map(({ code }) => code));
    const rules = Object.keys(diagnosticCodes).filter((code) => /^RV1[123]/.test(code));
    expect(rules.filter((code) => !shown.has(code as keyof typeof diagnosticCodes))).toEqual([]);
  });
});

describe('findings', () => {
  it('are all reported at once, by file and line', () => {
    const csdef = worker('<Startup>\n<Task />\n<Task commandLine="a" taskType="x" />\n</Startup>\n<Nonsense />');
    const cscfg = configuration('<Role name="Counter"><Instances count="x" /></Role>\n<Extra />', 'serviceName="T"');
    const { diagnostics } = readTexts(csdef, cscfg);
    expect(diagnostics.map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual([
      'RV1301 a.cscfg:1',
      'RV1106 a.cscfg:2',
      'RV1103 a.cscfg:3',
      'RV1105 a.csdef:4',
      'RV1106 a.csdef:5',
      'RV1103 a.csdef:7',
    ]);
  });

  it('come once for one slip: what could not be read is not reported as missing as well', () => {
    const csdef = worker('<ConfigurationSettings><Setting nam="Greeting" /></ConfigurationSettings>');
    const cscfg = configuration(
      '<Role name="Counter"><Instances count="1" /><ConfigurationSettings><Setting name="Greeting" value="" /></ConfigurationSettings></Role>',
    );
    expect(readTexts(csdef, cscfg).diagnostics.map(({ code }) => code)).toEqual(['RV1105', 'RV1104']);
    const misspelt = definition('<WorkrRole name="Counter" />');
    expect(readTexts(misspelt, instancesOf('Counter')).diagnostics.map(({ code }) => code)).toEqual(['RV1103']);
  });

  it.each([
    ['<Startpu />', /^Did you mean <Startup>\?$/],
    ['<startup />', /^Did you mean <Startup>\?$/],
    ['<Task commandLine="a" />', /^Put it inside <Startup>\.$/],
    ['<Setting name="a" />', /^Put it inside <ConfigurationSettings>\.$/],
    ['<Nonsense />', /^Allowed here: ConfigurationSettings, /],
    ['<Startup prority="1" />', /^Did you mean priority\?$/],
    ['<Startup><Task commandLine="a" taskType="Simple" /></Startup>', /^Did you mean simple\?$/],
    ['<Imports><Import moduleName="RemoteAcces" /></Imports>', /^Did you mean RemoteAccess\?$/],
  ])('about %s say what was probably meant', (element, mend) => {
    const { diagnostics } = readTexts(worker(element), instancesOf('Counter'));
    expect(diagnostics.find(({ severity }) => severity !== 'info')?.mend).toMatch(mend);
  });

  it('show invisible characters of a value', () => {
    const csdef = definition('<WorkerRole name="Counter" vmsize="Small\u200e" />');
    const { diagnostics } = readTexts(csdef, instancesOf('Counter'));
    expect(diagnostics.find(({ code }) => code === 'RV1251')?.message).toContain('Small\\u{200e}');
  });
});
