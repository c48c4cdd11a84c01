import { describe, expect, it } from 'vitest';
import { isLimitedProcess } from '../../../agents/host-agent/limited-process.ts';
import type { KnownProcess } from '../../../agents/host-agent/process-registry.ts';

const known = (pid: number, changes: Partial<KnownProcess>): KnownProcess => ({
  name: 'x',
  kind: 'played',
  pid,
  ppid: 0,
  startTicks: '',
  startedAt: '',
  state: '',
  since: '',
  ...changes,
});
const task = (context: 'limited' | 'elevated') => ({ kind: 'task', task: { index: 0, type: 'simple', context } }) as const;

describe('whether a process is limited', () => {
  it.each<[string, readonly KnownProcess[], boolean]>([
    ['a limited task is', [known(process.pid, task('limited'))], true],
    ['an elevated task is not', [known(process.pid, task('elevated'))], false],
    ['a limited role host is', [known(process.pid, { hostContext: 'limited' })], true],
    ['an elevated role host is not', [known(process.pid, { hostContext: 'elevated' })], false],
    ['what a limited task has started is', [known(process.ppid, task('limited'))], true],
    [
      'what an elevated task has started below a limited host is not',
      [known(process.pid, task('elevated')), known(process.ppid, { hostContext: 'limited' })],
      false,
    ],
    ['the platform is not', [known(process.pid, { name: 'WaHostBootstrapper' })], false],
    ['who belongs to nobody is not', [], false],
  ])('%s', (_, processes, limited) => {
    expect(isLimitedProcess(process.pid, processes)).toBe(limited);
  });
});
