import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InstanceEntry } from '../../../contracts/control-api.ts';
import { createFeed } from '../../../control/emulator/feed.ts';
import { guardDocuments, lookAfter } from '../../../control/emulator/guard-documents.ts';
import { writeAtomically } from '../../../kernel/write-atomically.ts';

let folder: string;
let file: string;
const content = '{"of":"the emulator"}';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolevm-guard-'));
  file = join(folder, 'state.json');
  writeFileSync(file, content, { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const damages: readonly (readonly [string, () => void])[] = [
  ['cut', () => truncateSync(file, 5)],
  ['emptied', () => truncateSync(file, 0)],
  ['removed', () => rmSync(file)],
  ['overwritten with zeros', () => writeFileSync(file, Buffer.alloc(content.length))],
  ['replaced by a text that is no document', () => writeFileSync(file, '"hello"')],
];

describe("the emulator's own documents", () => {
  it.each(damages)('are written anew, with their mode, when one is %s, and that is told', (_, damage) => {
    const told: string[] = [];
    const look = lookAfter([file], (text) => told.push(text));
    look();
    damage();
    look();
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(told).toEqual([expect.stringContaining('state.json')]);
    look();
    expect(told).toHaveLength(1);
  });

  it('are known from the beginning, and again after each change of a status', () => {
    const feed = createFeed();
    const end = guardDocuments(feed, [file]);
    const told: string[] = [];
    feed.follow((item) => item.type === 'notice' && told.push(item.text));
    rmSync(file);
    feed.tell({ type: 'status', instance: {} as InstanceEntry });
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(told).toHaveLength(1);
    end();
    rmSync(file);
    feed.tell({ type: 'status', instance: {} as InstanceEntry });
    expect(existsSync(file)).toBe(false);
  });

  it('are written anew as soon as one is damaged, without being looked for', async () => {
    const feed = createFeed();
    const told = new Promise<string>((resolve) => feed.follow((item) => item.type === 'notice' && resolve(item.text)));
    const end = guardDocuments(feed, [file]);
    truncateSync(file, 5);
    expect(await told).toContain('state.json');
    expect(readFileSync(file, 'utf8')).toBe(content);
    end();
  });

  it('are left as they are when their owner writes them', () => {
    const told: string[] = [];
    const look = lookAfter([file], (text) => told.push(text));
    look();
    writeAtomically(file, '{"of":"the emulator, later"}');
    look();
    truncateSync(file, 3);
    look();
    expect(readFileSync(file, 'utf8')).toBe('{"of":"the emulator, later"}');
    expect(told).toHaveLength(1);
  });

  it('are not there before they are written, nor when their folder is gone', () => {
    const own = join(folder, 'vm');
    mkdirSync(own);
    const document = join(own, 'vm.json');
    const look = lookAfter([document], (text) => expect.fail(text));
    look();
    writeFileSync(document, content);
    look();
    rmSync(own, { recursive: true });
    look();
    expect(statSync(own, { throwIfNoEntry: false })).toBeUndefined();
  });
});
