import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../contracts/diagnostic.ts';
import { maxDiagnostics } from '../../../model/diagnostic-list.ts';
import { readServiceModel } from '../../../model/read-service-model.ts';
import { xmlLimits } from '../../../model/xml/parse-xml.ts';
import { maxSourceBytes } from '../../../model/xml/source-file.ts';
import { definition, instancesOf, readTexts, takeMarker, worker } from './service-text.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolevm-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const good = worker('<ConfigurationSettings />');
const cscfg = instancesOf('Counter');

function readBytes(bytes: Uint8Array): readonly Diagnostic[] {
  const { diagnostics, model } = readServiceModel({
    definitionFile: { name: 'a.csdef', bytes },
    configurationFile: { name: 'a.cscfg', bytes: Buffer.from(cscfg) },
  });
  expect(model === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  return diagnostics;
}

function swapped(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

const bom16 = Buffer.from([0xff, 0xfe]);
const bom16be = Buffer.from([0xfe, 0xff]);
const bom8 = Buffer.from([0xef, 0xbb, 0xbf]);
const declaring = (encoding: string, text = good) => `<?xml version="1.0" encoding="${encoding}"?>${text}`;
const umlaut = worker('<ConfigurationSettings /><!-- Gr\u00fc\u00dfe -->');

describe('encodings', () => {
  it.each([
    ['UTF-8', Buffer.from(good)],
    ['UTF-8 with mark', Buffer.concat([bom8, Buffer.from(good)])],
    ['UTF-16 little-endian with mark', Buffer.concat([bom16, Buffer.from(declaring('utf-16'), 'utf16le')])],
    ['UTF-16 big-endian with mark', Buffer.concat([bom16be, swapped(declaring('utf-16'))])],
    ['UTF-16 little-endian without mark', Buffer.from(declaring('utf-16'), 'utf16le')],
    ['UTF-16 big-endian without mark', swapped(declaring('UTF-16'))],
    ['ISO 8859-1, declared', Buffer.from(declaring('ISO-8859-1', umlaut), 'latin1')],
    ['CR LF', Buffer.from(good.replaceAll('\n', '\r\n'))],
    ['a real replacement character', Buffer.from(worker('<!-- \ufffd -->'))],
  ])('%s is read', (_, bytes) => {
    expect(readBytes(bytes)).toEqual([]);
  });

  it.each([
    ['the mark of UTF-8 over a declared UTF-16', Buffer.concat([bom8, Buffer.from(declaring('utf-16'))])],
    ['the bytes over a declared UTF-16 where there is no mark', Buffer.from(declaring('utf-16'))],
    ['the mark of UTF-16 over a declared UTF-8', Buffer.concat([bom16, Buffer.from(declaring('utf-8'), 'utf16le')])],
  ])('honours %s, with a warning', (_, bytes) => {
    expect(readBytes(bytes).map(({ code, severity }) => `${code} ${severity}`)).toEqual(['RV1004 warning']);
  });

  it('refuses bytes that are not what they are said to be, at their place', () => {
    const text = Buffer.from(worker('<!-- \ufffd -->\n<!-- x -->'));
    const at = text.indexOf('x -->');
    text[at] = 0xfc;
    expect(readBytes(text)).toMatchObject([{ code: 'RV1003', severity: 'error', line: 4, column: 6 }]);
    const half = Buffer.concat([bom16, Buffer.from(good, 'utf16le'), Buffer.from([0x00, 0xd8])]);
    expect(readBytes(half).map(({ code }) => code)).toEqual(['RV1003']);
  });

  it.each([
    ['an unknown one', Buffer.from(declaring('x-klingon'))],
    ['UTF-32', Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from('<\0\0\0')])],
    ['UTF-16 declared as mark and written as UTF-8', Buffer.concat([bom16, Buffer.from(`${good} `)])],
  ])('refuses %s with one error', (_, bytes) => {
    const found = readBytes(bytes);
    expect(found).toHaveLength(1);
    expect(found[0]?.code).toMatch(/^RV100[35]$/);
  });
});

describe('malformed XML', () => {
  it.each([
    ['an empty file', '▸'],
    ['a bare <', worker('<Startup><Task commandLine="a ▸< b" /></Startup>')],
    ['an unquoted value', worker('<Startup><Task commandLine=▸a /></Startup>')],
    ['an attribute given twice', worker('<Startup><Task commandLine="a&gt;b"\n  ▸commandLine="b" /></Startup>')],
    ['a tag that is not closed', '<ServiceDefinition>\n  ▸<WorkerRole>'],
    ['a second root', `${good}\n<More▸/>`],
  ])('is one error with its place: %s', (_, marked) => {
    const { text, place } = takeMarker(marked);
    const found = readBytes(Buffer.from(text));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ code: 'RV1005', severity: 'error', mend: expect.any(String) });
    if (text !== '') expect(`${found[0]?.line}:${found[0]?.column}`).toBe(place);
  });

  it.each([
    ['closing tags crossed', '<a><b></a></b>'],
    ['an entity nobody defined', '<a b="&nbsp;" />'],
    ['a bare &', '<a>x & y</a>'],
    ['an unbound prefix', '<x:a />'],
    ['a NUL', '<a b="\0" />'],
    ['a file cut off inside a comment', '<a><!-- '],
    ['a file cut off inside a tag', '<a b="c'],
    ['no XML at all', 'PK\u0003\u0004 not xml'],
    ['a number of an impossible character', '<a b="&#0;" />'],
    ['text after the root', '<a/>x'],
  ])('is one error, never a crash: %s', (_, text) => {
    expect(readBytes(Buffer.from(text)).map(({ code }) => code)).toEqual(['RV1005']);
  });

  it('names the element that a closing tag does not fit', () => {
    expect(readBytes(Buffer.from('<a>\n<b>\n</a>'))[0]?.message).toBe('The closing tag does not fit <b>, opened in line 2.');
  });
});

describe('document types', () => {
  const bomb = Array.from({ length: 10 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('\n');
  it.each([
    ['an entity bomb', `<!DOCTYPE a [<!ENTITY e0 "ha">\n${bomb}]>\n<ServiceDefinition name="&e10;" />`],
    ['an external entity', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<ServiceDefinition name="&e;" />'],
    ['an external subset', '<!DOCTYPE a SYSTEM "http://localhost:1/a.dtd">\n<ServiceDefinition />'],
  ])('are refused: %s', (_, text) => {
    expect(readBytes(Buffer.from(`<!-- <!DOCTYPE -->\n${text}`))).toMatchObject([{ code: 'RV1006', line: 2, column: 1 }]);
  });
});

describe('sizes', () => {
  it('refuses a file of 100 MB without reading it', () => {
    const file = join(folder, 'large.csdef');
    const descriptor = openSync(file, 'w');
    ftruncateSync(descriptor, 100 * 1024 * 1024);
    closeSync(descriptor);
    const before = process.memoryUsage().arrayBuffers;
    const { diagnostics } = readServiceModel({ definitionFile: file, configurationFile: { name: 'a.cscfg', bytes: Buffer.from(cscfg) } });
    expect(diagnostics).toMatchObject([{ code: 'RV1002', file, message: 'The file has 100.0 MB; a service model file may have 4 MB.' }]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
  });

  it('refuses content from elsewhere by the same measure', () => {
    expect(readBytes(Buffer.alloc(maxSourceBytes + 1, 32)).map(({ code }) => code)).toEqual(['RV1002']);
  });

  it.each([
    ['nesting', '<a>'.repeat(xmlLimits.depth + 1)],
    ['elements', `<a>${'<b/>'.repeat(xmlLimits.elements)}</a>`],
    ['attributes', `<a ${Array.from({ length: xmlLimits.attributes + 1 }, (_, i) => `a${i}=""`).join(' ')}/>`],
  ])('bounds %s', (_, text) => {
    expect(readBytes(Buffer.from(text)).map(({ code }) => code)).toEqual(['RV1007']);
  });

  it('bounds what is reported, and says how much more there is', () => {
    const found = readBytes(Buffer.from(definition(`${'<Nonsense />\n'.repeat(5000)}<WorkerRole name="Counter" vmsize="X" />`)));
    expect(found).toHaveLength(maxDiagnostics + 1);
    expect(found.at(-1)).toMatchObject({ code: 'RV1099', severity: 'error' });
    expect(found.at(-1)?.message).toMatch(/^490[23] more findings are not shown \(errors: 4900, warnings: 1, others: \d\)\.$/);
  });

  it('bounds every message', () => {
    const long = 'x'.repeat(100_000);
    const found = readTexts(
      definition(`<${long} />\n<WorkerRole ${long}="" name="${long}" vmsize="${long}"><Startup priority="${long}" /></WorkerRole>`),
      instancesOf(long),
    ).diagnostics;
    expect(found.length).toBeGreaterThan(4);
    expect(Math.max(...found.map((diagnostic) => JSON.stringify(diagnostic).length))).toBeLessThan(1000);
  });
});

describe('paths that are no files', () => {
  it.skipIf(process.platform === 'win32').each([
    ['nothing', () => join(folder, 'nothing')],
    ['a folder', () => folder],
    [
      'a named pipe',
      () => {
        const pipe = join(folder, 'pipe');
        execFileSync('mkfifo', [pipe]);
        return pipe;
      },
    ],
  ])('are one error: %s', (_, make) => {
    const definitionFile = make();
    const { diagnostics } = readServiceModel({ definitionFile, configurationFile: { name: 'a.cscfg', bytes: Buffer.from(cscfg) } });
    expect(diagnostics).toMatchObject([{ code: 'RV1001', file: definitionFile }]);
  });

  it('are said not to be readable where they are not', () => {
    if (process.getuid?.() === 0) return;
    const file = join(folder, 'closed.csdef');
    writeFileSync(file, good, { mode: 0o000 });
    const { diagnostics } = readServiceModel({ definitionFile: file, configurationFile: { name: 'a.cscfg', bytes: Buffer.from(cscfg) } });
    expect(diagnostics[0]?.message).toMatch(/cannot be read \(EACCES\)/);
  });
});

describe('positions', () => {
  it.each([
    ['after tabs, references and lines inside values', '<Startup>\n\t<Task commandLine="a &gt; b\n c" ▸tasktype="simple" /></Startup>'],
    [
      'after characters beyond the first plane',
      '<Startup><!-- \u{1f600}\u{1f600} --><Task commandLine="\u{1f600}" ▸tasktype="simple" /></Startup>',
    ],
    ['with spaces around the equals sign', "<Startup><Task commandLine = 'a'\n\n  ▸tasktype = 'simple' /></Startup>"],
    ['after CDATA and instructions', '<!-- - --><?a b?>\n<Startup><Task commandLine="a" ▸x="1"/></Startup>'],
    ['of an element after its neighbour', '<Startup><Task commandLine="a"/>▸<Tusk/></Startup>'],
    ['of text after a comment', '<Startup><!-- a --> ▸text</Startup>'],
    ['of text in CDATA', '<Startup> ▸<![CDATA[text]]></Startup>'],
  ])('are exact %s', (_, content) => {
    const marked = worker(content);
    const before = marked.slice(0, marked.indexOf('▸')).split('\n');
    const expected = { line: before.length, column: Array.from(before.at(-1) ?? '').length + 1 };
    for (const newline of ['\n', '\r\n', '\r']) {
      const found = readBytes(Buffer.from(marked.replace('▸', '').replaceAll('\n', newline)));
      expect(found.filter(({ severity }) => severity === 'error')).toMatchObject([expected]);
    }
  });
});
