import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StateFile } from '../../../contracts/control-api.ts';
import { acquireOwnerLock } from '../../../control/owner-lock.ts';
import { livingEmulators, registerDirectory } from '../../../control/running-register.ts';
import { createStateDirectory, isClone, placeFound, stateForCommand, stateForService } from '../../../control/state-directory.ts';
import { publishState, readStateFile, requireRunning, withdrawState } from '../../../control/state-file.ts';
import { processIdentity } from '../../../kernel/process-table/index.ts';

const self = processIdentity(process.pid) as { pid: number; startTicks: string };
const state: StateFile = { formatVersion: 1, ...self, keeperPid: 1, port: 4000, token: 'f'.repeat(64), startedAt: '', service: '/s' };

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'rolevm-state-')));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the state file', () => {
  it('is readable for its owner alone and enters the register', () => {
    publishState(root, state, join(root, 'register'));
    expect(statSync(join(root, 'state.json')).mode & 0o777).toBe(0o600);
    expect(requireRunning(root)).toEqual(state);
    expect(livingEmulators(join(root, 'register'))).toEqual([{ formatVersion: 1, ...self, stateDirectory: root, service: '/s' }]);
  });

  it('of a dead emulator means that none is running', () => {
    publishState(root, { ...state, startTicks: '1' }, join(root, 'register'));
    expect(() => requireRunning(root)).toThrow(expect.objectContaining({ code: 'RV4101', mend: expect.stringContaining('rolevm up') }));
    expect(livingEmulators(join(root, 'register'))).toEqual([]);
  });

  it('that is damaged is not taken for an emulator that does not run', () => {
    acquireOwnerLock(root, { ...self, token: state.token });
    writeFileSync(join(root, 'state.json'), '{');
    expect(() => requireRunning(root)).toThrow(
      expect.objectContaining({ code: 'RV4105', message: expect.stringContaining(`${self.pid}`), mend: expect.stringContaining('again') }),
    );
  });

  it('that is damaged is withdrawn as well', () => {
    publishState(root, state, join(root, 'register'));
    writeFileSync(join(root, 'state.json'), '{');
    withdrawState(root, state.token, join(root, 'register'));
    expect(existsSync(join(root, 'state.json'))).toBe(false);
    expect(livingEmulators(join(root, 'register'))).toEqual([]);
  });

  it('is withdrawn by its writer only', () => {
    publishState(root, state, join(root, 'register'));
    withdrawState(root, 'another token', join(root, 'register'));
    expect(readStateFile(root)).toEqual(state);
    withdrawState(root, state.token, join(root, 'register'));
    expect(readStateFile(root)).toBeUndefined();
    expect(livingEmulators(join(root, 'register'))).toEqual([]);
  });

  it.each(['', '{', '[]', JSON.stringify({ ...state, port: 70_000 }), JSON.stringify({ ...state, token: 'short' })])(
    'that says %j is none',
    (content) => {
      writeFileSync(join(root, 'state.json'), content);
      expect(readStateFile(root)).toBeUndefined();
    },
  );

  it('is registered below the cache directory of the user', () => {
    expect(registerDirectory({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/rolevm/running');
  });
});

describe('the state directory', () => {
  const running = () => [];
  const clone = () => {
    mkdirSync(join(root, 'clone', '.git'), { recursive: true });
    return join(root, 'clone');
  };
  const installed = '/prefix/node_modules/rolevm';

  it('of a service is inside its folder when installed, and beside a package', () => {
    const here = { cwd: root, packageRoot: installed, running };
    expect(stateForService(here, '/s/tally').stateDirectory).toBe('/s/tally/.rolevm');
    expect(stateForService(here, '/s/Tally.cspkg').stateDirectory).toBe('/s/.rolevm');
    expect(stateForService(here, '/s/tally.CSX').stateDirectory).toBe('/s/.rolevm');
  });

  it('in a clone is its own for every service, with the logs in the clone as well', () => {
    const packageRoot = clone();
    expect(isClone(packageRoot)).toBe(true);
    expect(isClone(installed)).toBe(false);
    expect(stateForService({ cwd: '/', packageRoot, running }, '/s/tally')).toEqual({
      stateDirectory: join(packageRoot, 'sandbox/run'),
      logsDirectory: join(packageRoot, 'logs/run'),
    });
  });

  it('that is named wins, relative to the current folder', () => {
    const here = { cwd: root, packageRoot: clone(), named: 'x', running };
    expect(stateForService(here, '/s').stateDirectory).toBe(join(root, 'x'));
    expect(stateForCommand(here)).toEqual({ stateDirectory: join(root, 'x'), logsDirectory: join(root, 'x/logs') });
  });

  it('is found upwards from the current folder', () => {
    mkdirSync(join(root, 'tally/.rolevm'), { recursive: true });
    mkdirSync(join(root, 'tally/Worker'));
    expect(stateForCommand({ cwd: join(root, 'tally/Worker'), packageRoot: installed, running }).stateDirectory).toBe(
      join(root, 'tally/.rolevm'),
    );
  });

  it('in a clone that never ran is not taken for one', () => {
    const packageRoot = clone();
    expect(placeFound({ cwd: root, packageRoot, running })).toBeUndefined();
    mkdirSync(join(packageRoot, 'sandbox/run'), { recursive: true });
    expect(placeFound({ cwd: root, packageRoot, running })?.stateDirectory).toBe(join(packageRoot, 'sandbox/run'));
  });

  it('is that of the one running emulator when nothing else says which', () => {
    const entry = { formatVersion: 1, ...self, stateDirectory: '/other/.rolevm', service: '/other' } as const;
    const here = { cwd: root, packageRoot: installed };
    expect(stateForCommand({ ...here, running: () => [entry] }).stateDirectory).toBe('/other/.rolevm');
    const second = { ...entry, stateDirectory: '/second/.rolevm' };
    expect(() => stateForCommand({ ...here, running: () => [entry, second] })).toThrow(
      expect.objectContaining({ code: 'RV4120', mend: 'name one: --state /other/.rolevm, --state /second/.rolevm' }),
    );
    expect(() => stateForCommand({ ...here, running })).toThrow(expect.objectContaining({ code: 'RV4121' }));
  });

  it('is made for its owner alone and ends the package scope of role code', () => {
    createStateDirectory(join(root, 'a/b'));
    createStateDirectory(join(root, 'a/b'));
    expect(statSync(join(root, 'a/b')).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(join(root, 'a/b/package.json'), 'utf8'))).toEqual({ private: true });
  });

  it('is not made of a folder that holds something else', () => {
    writeFileSync(join(root, 'package.json'), '{"name":"mine"}');
    const mode = statSync(root).mode;
    expect(() => createStateDirectory(root)).toThrow(expect.objectContaining({ code: 'RV4123' }));
    expect(readFileSync(join(root, 'package.json'), 'utf8')).toBe('{"name":"mine"}');
    expect(statSync(root).mode).toBe(mode);
    expect(() => createStateDirectory(join(root, 'package.json'))).toThrow(expect.objectContaining({ code: 'RV4122' }));
    expect(existsSync(join(root, 'state.json'))).toBe(false);
  });
});
