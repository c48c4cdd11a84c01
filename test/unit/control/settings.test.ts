import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../contracts/diagnostic.ts';
import { timings } from '../../../contracts/timings.ts';
import { offerRuntime } from '../../../control/emulator/offer-runtime.ts';
import { readSettings } from '../../../control/emulator/read-settings.ts';

let folder: string;
beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rolevm-settings-')));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const file = () => path.join(folder, 'rolevm.json');
const settings = (text: string) => {
  fs.writeFileSync(file(), text);
  return readSettings(folder);
};
function refusal(text: string): UserError {
  try {
    settings(text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('rolevm.json', () => {
  const asInAzure = { timings: {}, emulated: true };

  it('need not be there, nor hold anything', () => {
    expect(readSettings(folder)).toEqual(asInAzure);
    expect(settings('{}')).toEqual(asInAzure);
    expect(settings('{"$schema": "https://example.com/schema.json"}')).toEqual(asInAzure);
  });

  it('sets durations in Azure milliseconds by their names, and what role code is told of the cloud', () => {
    const text = '{"emulated": false, "timings": {"onStopMs": 1000, "heartbeatMs": 0}}';
    expect(settings(text)).toEqual({ timings: { onStopMs: 1_000, heartbeatMs: 0 }, emulated: false });
  });

  it('says what %TEMP% may hold, and whether a role can start without its certificates', () => {
    const text = '{"roleTempInMB": 250, "certificates": "required"}';
    expect(settings(text)).toEqual({ ...asInAzure, roleTempInMB: 250, certificates: 'required' });
  });

  it('may set every duration that there is', () => {
    const all = Object.fromEntries(Object.keys(timings).map((name) => [name, 5]));
    expect(settings(JSON.stringify({ timings: all })).timings).toEqual(all);
  });

  it('may begin with a byte order mark', () => expect(settings('\uFEFF{"emulated": false}').emulated).toBe(false));

  it('stands beside a package as well as in a folder', () => {
    const cspkg = path.join(folder, 'Service.cspkg');
    fs.writeFileSync(cspkg, '');
    fs.writeFileSync(file(), '{"emulated": false}');
    expect(readSettings(cspkg).emulated).toBe(false);
  });

  it.each([
    ['{"timing": {}}', 'timing'],
    ['{"timings": {"onStop": 5}}', 'timings.onStop'],
    ['{"timings": {"onStopMs": "5"}}', 'timings.onStopMs'],
    ['{"timings": {"onStopMs": -1}}', 'timings.onStopMs'],
    ['{"timings": {"onStopMs": 31536000001}}', 'timings.onStopMs'],
    ['{"timings": {"onStopMs": null}}', 'timings.onStopMs'],
    ['{"timings": {"constructor": 5}}', 'timings.constructor'],
    ['{"timings": {"__proto__": {"onStopMs": 5}}}', 'timings.__proto__'],
    ['{"timings": []}', 'timings'],
    ['{"emulated": "no"}', 'emulated'],
    ['{"roleTempInMB": 0}', 'roleTempInMB'],
    ['{"certificates": "strict"}', 'certificates'],
    ['[]', 'the whole'],
    ['null', 'the whole'],
    ['5', 'the whole'],
  ])('%s is refused by the name of the entry', (text, entry) => {
    const error = refusal(text);
    expect([error.code, error.message]).toEqual(['RV4401', `${file()} has an entry that does not fit: ${entry}`]);
    expect(error.mend).toContain('lostBootstrapperRestartMs');
  });

  it.each(['', '{', '{"emulated": true,}', '{"timings": {"onStopMs": 1e999}}x'])('%o is refused as what it is: no JSON', (text) => {
    expect(refusal(text).message).toContain(`${file()} is not JSON`);
  });

  it('is refused unread when it is larger than a few settings are', () => {
    expect(refusal(`{"$schema": "${'x'.repeat(1_048_576)}"}`).message).toContain('larger than 1 MB');
  });

  it('is refused in one sentence when it is a folder', () => {
    fs.mkdirSync(file());
    expect(() => readSettings(folder)).toThrow(UserError);
  });
});

describe('rolevm/runtime', () => {
  const bundles = () => path.join(folder, 'dist');
  const vms = () => path.join(folder, 'vms');
  beforeEach(() => {
    fs.mkdirSync(bundles());
    fs.writeFileSync(path.join(bundles(), 'runtime.cjs'), "exports.version = 'one';");
  });

  it('is found by role code anywhere on the drives, by require and by import', async () => {
    offerRuntime(vms(), bundles());
    const approot = path.join(vms(), 'W_IN_0', 'E', 'approot');
    fs.mkdirSync(approot, { recursive: true });
    const role = path.join(approot, 'WorkerRole1.dll');
    expect(createRequire(role)('rolevm/runtime')).toEqual({ version: 'one' });
    const module = path.join(approot, 'role.mjs');
    fs.writeFileSync(module, "export { version } from 'rolevm/runtime';");
    expect((await import(module)).version).toBe('one');
  });

  it('is the newest one at each start, and leaves nothing on the drives', () => {
    offerRuntime(vms(), bundles());
    fs.writeFileSync(path.join(bundles(), 'runtime.cjs'), "exports.version = 'two';");
    offerRuntime(vms(), bundles());
    expect(fs.readFileSync(path.join(vms(), 'node_modules', 'rolevm', 'runtime.cjs'), 'utf8')).toContain('two');
    expect(fs.readdirSync(vms()).sort()).toEqual(['node_modules', 'package.json']);
  });

  it('decides how role code is loaded by nothing around the state directory', () => {
    fs.writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}');
    offerRuntime(vms(), bundles());
    const role = path.join(vms(), 'role.js');
    fs.writeFileSync(role, 'module.exports = 5;');
    expect(createRequire(role)(role)).toBe(5);
  });
});
