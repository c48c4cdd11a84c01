import { describe, expect, it } from 'vitest';
import { drivePath } from '../../../model/package/drive-path.ts';
import { createDriveTree } from '../../../model/package/drive-tree.ts';

describe('the name of a file on a drive', () => {
  it.each([
    ['approot\\bin\\X.dll', 'approot/bin/X.dll'],
    ['approot/über uns/日本.txt', 'approot/über uns/日本.txt'],
    ['approot/.env', 'approot/.env'],
    ['approot/console.log', 'approot/console.log'],
    ['approot/com10', 'approot/com10'],
    ['approot/a..b', 'approot/a..b'],
  ])('may be %s', (name, path) => {
    expect(drivePath(name)).toBe(path);
  });

  it.each([
    '',
    '..',
    '../x',
    'approot/../../x',
    'approot\\..\\..\\x',
    '/etc/passwd',
    '\\x',
    '\\\\server\\share\\x',
    '\\\\?\\C:\\x',
    './x',
    'a//b',
    'a/',
    'C:\\Windows\\x',
    'C:x',
    'a/x:y',
    'a/x::$DATA',
    'a/x.',
    'a/x ',
    'a. /x',
    '... /x',
    'CON',
    'a/nul.txt',
    'a/Com1.tar.gz',
    'a/LPT9',
    'a/com¹',
    'a/CONIN$',
    'a/aux .js',
    'a/b\0c',
    'a/b\nc',
    'a/*',
    'a/what?',
    'a/<b>',
    'a/"b"',
    'a|b',
    `a/${'b'.repeat(256)}`,
    `a/${'日'.repeat(86)}`,
    'a/'.repeat(600),
  ])('may not be %j', (name) => {
    expect(() => drivePath(name)).toThrow(expect.objectContaining({ name: 'UserError', code: 'RV1421' }));
  });
});

describe('the names on one drive', () => {
  it('are taken once, whatever the case', () => {
    const tree = createDriveTree();
    tree.add('approot/Server.js');
    expect(() => tree.add('approot/server.JS')).toThrow(expect.objectContaining({ code: 'RV1422' }));
  });

  it('are taken once, however letters are composed', () => {
    const tree = createDriveTree();
    tree.add('approot/\u00e9.js');
    expect(() => tree.add('approot/e\u0301.js')).toThrow(expect.objectContaining({ code: 'RV1422' }));
  });

  it('are a file or a folder, never both', () => {
    const tree = createDriveTree();
    tree.add('approot/a/b');
    expect(() => tree.add('approot/A')).toThrow(expect.objectContaining({ code: 'RV1422' }));
    expect(() => tree.add('approot/a/B/c')).toThrow(expect.objectContaining({ code: 'RV1422' }));
  });

  it('keep the spelling that a folder had first', () => {
    const tree = createDriveTree();
    expect(tree.add('approot/Bin/a.dll')).toBe('approot/Bin/a.dll');
    expect(tree.add('APPROOT/bin/b.dll')).toBe('approot/Bin/b.dll');
  });
});
