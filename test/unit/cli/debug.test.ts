import { expect, it } from 'vitest';
import { debugLines } from '../../../cli/commands/debug.ts';
import { doctorLines } from '../../../cli/commands/doctor.ts';
import { momentText } from '../../../control/feed-printer.ts';

const now = Date.parse('2014-03-11T09:14:00.000Z');
const at = (seconds: number) => new Date(now + seconds * 1_000).toISOString();
const agent = { instance: 'Worker_IN_0', name: 'WindowsAzureGuestAgent', pid: 42, since: at(-3) } as const;
const time = (seconds: number) => new Date(now + seconds * 1_000).toTimeString().slice(0, 8);

it('a moment to come is shown with what is left until then, rounded up', () => {
  expect(momentText(at(598.2), now)).toBe(`at ${time(598)}, in 9:59`);
  expect(momentText(at(7), now)).toBe(`at ${time(7)}, in 0:07`);
  expect(momentText(at(-1), now)).toBe(`at ${time(-1)}, in 0:00`);
});

it('debug shows the ten minutes that burn while the guest agent is broken into', () => {
  expect(debugLines([{ ...agent, state: 'broken into', vmRestartAt: at(595) }], now, false)).toEqual([
    'Worker_IN_0  WindowsAzureGuestAgent, pid 42: broken into for 3 s',
    `  the host agent restarts the VM at ${time(595)}, in 9:55`,
  ]);
});

it('debug prints the addresses of an inspector that is open for others', () => {
  const inspector = { webSocketUrl: 'ws://127.0.0.1:1/a', devtoolsUrl: 'devtools://x' };
  expect(debugLines([{ ...agent, state: 'attached', inspector }], now, false).slice(1)).toEqual(['  ws://127.0.0.1:1/a', '  devtools://x']);
});

it('debug says what goes on, and when there is nothing to say', () => {
  expect(debugLines([{ ...agent, state: 'running' }], now, false)).toEqual(['Worker_IN_0  WindowsAzureGuestAgent, pid 42: goes on']);
  expect(debugLines([], now, false)).toEqual(['no debugger is at any process']);
});

const left = { kind: 'process', pid: 7, text: 'WaWorkerHost (7) still runs' } as const;

it('doctor says that nothing is left only when nothing is', () => {
  const nothing = 'nothing is left of earlier runs over /x';
  expect(doctorLines('/x', { findings: [] }, false, false)).toEqual([nothing]);
  expect(doctorLines('/x', { findings: [{ ...left, cleaned: true }] }, false, false)).toEqual([`ended  ${left.text}`, nothing]);
  expect(doctorLines('/x', { findings: [{ ...left, cleaned: false }] }, false, false).at(-1)).toMatch(
    /^1 thing is left .* cannot be ended/,
  );
});

it('doctor says how to mend what it has only looked at', () => {
  const findings = [{ ...left, cleaned: false }];
  expect(doctorLines('/x', { findings }, true, false)).toEqual([
    'left  WaWorkerHost (7) still runs',
    '1 thing is left of earlier runs over /x: rolevm doctor ends and removes it',
  ]);
  const [first, , last] = doctorLines('/x', { emulator: 9, findings }, false, false);
  expect(first).toBe('an emulator runs here, pid 9');
  expect(last).toMatch(/rolevm down, then rolevm doctor$/);
});
