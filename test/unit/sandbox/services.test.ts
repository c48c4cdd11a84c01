import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../contracts/diagnostic.ts';
import { mostServices, type RegisteredService } from '../../../contracts/vm-door.ts';
import { readServices } from '../../../sandbox/services/read-services.ts';
import { openServiceRegister } from '../../../sandbox/services/service-register.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-services-')));
  file = path.join(folder, 'services.json');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const service = (name: string, changes: Partial<RegisteredService> = {}): RegisteredService => ({
  name,
  displayName: name,
  binPath: `node E:\\approot\\${name}.js`,
  start: 'demand',
  createdAt: '2026-01-01T00:00:00.000Z',
  ...changes,
});

const open = () =>
  openServiceRegister(file, (error) => {
    throw error;
  });

describe('the register of services', () => {
  it('is empty when there is no document', () => {
    expect(open().list()).toEqual([]);
    expect(fs.existsSync(file)).toBe(false);
  });

  it('is on the drive when a change returns, in the order of creation, and is read from there', () => {
    const register = open();
    register.put(service('B'));
    register.put(service('A'));
    register.put(service('b', { start: 'auto' }));
    expect(readServices(file)).toEqual([service('b', { start: 'auto' }), service('A')]);
    expect(open().find('a')).toEqual(service('A'));
    register.remove('B');
    expect(readServices(file)).toEqual([service('A')]);
    expect(fs.readdirSync(folder)).toEqual(['services.json']);
  });

  it('has not changed when it cannot be written', () => {
    const register = open();
    register.put(service('A'));
    fs.rmSync(folder, { recursive: true });
    expect(() => register.put(service('B'))).toThrow('ENOENT');
    expect(register.list()).toEqual([service('A')]);
  });

  it.each<[string, () => void]>([
    ['no JSON', () => fs.writeFileSync(file, '[{')],
    ['another form', () => fs.writeFileSync(file, JSON.stringify([{ ...service('A'), start: 'sometimes' }]))],
    ['a name with a slash', () => fs.writeFileSync(file, JSON.stringify([service('../../etc')]))],
    ['the same service twice', () => fs.writeFileSync(file, JSON.stringify([service('A'), service('a')]))],
    ['too many', () => fs.writeFileSync(file, JSON.stringify(Array.from({ length: mostServices + 1 }, (_, n) => service(`S${n}`))))],
    ['a folder', () => fs.mkdirSync(file)],
    ['a link', () => fs.symlinkSync('/dev/zero', file)],
    ['more than anybody needs', () => fs.writeFileSync(file, Buffer.alloc(8_000_001, ' '))],
  ])('is empty, and says so, when something else stands in its place: %s', (_, lay) => {
    lay();
    const heard: unknown[] = [];
    expect(openServiceRegister(file, (error) => heard.push(error)).list()).toEqual([]);
    expect(heard).toEqual([expect.objectContaining({ code: 'RV3301', message: expect.stringContaining(file) })]);
    expect(heard[0]).toBeInstanceOf(UserError);
  });
});
