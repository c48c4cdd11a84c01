import { expect, it } from 'vitest';
import { statusLines } from '../../../cli/commands/status.ts';
import type { InstanceEntry, StatusDocument } from '../../../contracts/control-api.ts';

const at = '2026-01-01T00:00:00.000Z';
const instance: InstanceEntry = {
  name: 'Worker_IN_0',
  role: 'Worker',
  state: 'ReadyRole',
  portalState: 'Ready',
  details: '',
  since: at,
  recycles: 0,
  updateDomain: 0,
  faultDomain: 0,
  node: 'node-0',
  drives: { C: '/C', D: '/D', E: '/E' },
};
const status = (entry: InstanceEntry): StatusDocument => ({
  emulator: { pid: 1, version: '0', speed: 1, startedAt: at, state: 'Running', stateDirectory: '/state', logs: '/logs' },
  deployment: { id: '0'.repeat(32), serviceName: 'S', servicePath: '/S', status: 'Running' },
  instances: [entry],
});

it('the status of an instance says which LocalStorage holds more than it may, and is silent where none does', () => {
  const over = { name: 'Cache', directory: 'C:\\Resources\\Directory\\x.Cache', sizeInMB: 2, usedBytes: 3 * 1_048_576 };
  const lines = (entry: InstanceEntry) => statusLines(status(entry), Date.parse(at), false).join('\n');
  expect(lines({ ...instance, overQuota: [over] })).toContain('Cache holds 3.0 MB of 2 MB');
  expect(lines(instance)).not.toContain('holds');
});
