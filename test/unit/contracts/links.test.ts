import { describe, expect, it } from 'vitest';
import { safeParse } from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import { fromBootstrapper, fromHost, fromService, toBootstrapper, toHost, toService } from '../../../contracts/links.ts';

const links: Readonly<Record<string, $ZodType>> = { toService, fromService, toBootstrapper, fromBootstrapper, toHost, fromHost };
const accepts = (link: $ZodType, message: unknown) => safeParse(link, message).success;

const process = { name: 'node', kind: 'program', pid: 7, ppid: 6, startTicks: '1', startedAt: '2014', state: 'running' };
const goal = { incarnation: 1, expectedState: 'Started', roleGeneration: 0 };

/** Messages that each link carries, to be spoilt. */
const good: readonly (readonly [keyof typeof links, object])[] = [
  ['toService', { type: 'goal', goal }],
  ['toService', { type: 'heartbeat', n: 0 }],
  ['toService', { type: 'service.stop' }],
  ['fromService', { type: 'running' }],
  ['fromService', { type: 'status', incarnation: 1, status: 'ReadyRole', details: '', restartAt: '2014' }],
  ['fromService', { type: 'process', process: { ...process, holds: ['E:\\approot\\x.dll'], ended: { kind: 'exited', code: -1 } } }],
  ['fromService', { type: 'role.stopped' }],
  ['toBootstrapper', { type: 'role.stop' }],
  ['fromBootstrapper', { type: 'phase', status: 'BusyRole', details: '' }],
  ['fromBootstrapper', { type: 'outcome', outcome: { kind: 'taskFailed', details: 'no' } }],
  ['toHost', { type: 'host.start', entryPoint: { kind: 'NetFxEntryPoint', file: '/x.dll' } }],
  ['toHost', { type: 'host.start', entryPoint: { kind: 'ProgramEntryPoint', commandLine: 'node x.js', cwd: 'E:\\approot' } }],
  ['fromHost', { type: 'host.failed', phase: 'program', detail: 'no', code: 3221225477 }],
];

describe('messages between processes', () => {
  it.each(good)('%s carries %o', (link, message) => {
    expect(accepts(links[link] as $ZodType, message)).toBe(true);
  });

  it('go in one direction: what comes up is nothing that goes down', () => {
    for (const [link, message] of good) {
      for (const [name, other] of Object.entries(links)) {
        const shared = ['heartbeat', 'process', 'role.stop'].includes((message as { type: string }).type);
        if (name !== link && !shared) expect(accepts(other, message), `${name} ${JSON.stringify(message)}`).toBe(false);
      }
    }
  });

  it.each([
    ['a pid that is no number', { ...process, pid: '7' }],
    ['a pid of 0, which would mean a whole process group', { ...process, pid: 0 }],
    ['a negative pid, which would mean a process group', { ...process, pid: -7 }],
    ['half a pid', { ...process, pid: 7.5 }],
    ['a name that no file can have', { ...process, name: 'x'.repeat(261) }],
    ['an endless state', { ...process, state: 'x'.repeat(201) }],
    ['more files than a process holds', { ...process, holds: Array.from({ length: 5_001 }, () => 'E:\\x.dll') }],
    ['an endless file name', { ...process, holds: ['x'.repeat(1_001)] }],
    ['an unknown end', { ...process, ended: { kind: 'vanished' } }],
    ['a kind that there is not', { ...process, kind: 'virus' }],
  ])('a report is refused that has %s', (_what, report) => {
    for (const link of [fromService, fromBootstrapper, fromHost]) expect(accepts(link, { type: 'process', process: report })).toBe(false);
  });

  it('what somebody says is cut to what a person may read', () => {
    const parsed = safeParse(fromHost, { type: 'host.failed', phase: 'run', detail: 'x'.repeat(1_000_000) });
    expect(parsed.success && parsed.data.type === 'host.failed' && parsed.data.detail).toHaveLength(20_000);
  });

  it('carry nothing that is not part of their form', () => {
    const parsed = safeParse(toService, { type: 'heartbeat', n: 1, extra: 1, __proto__: { goal } });
    expect(parsed.success && Object.keys(parsed.data)).toEqual(['type', 'n']);
  });

  it('are refused without an error, whatever arrives in their place', () => {
    const random = generator(2014);
    let refused = 0;
    for (let round = 0; round < 3_000; round += 1) {
      const [link, message] = good[Math.floor(random() * good.length)] as (typeof good)[number];
      const spoilt = spoil(structuredClone(message), random);
      if (!accepts(links[link] as $ZodType, spoilt)) refused += 1;
    }
    expect(refused).toBeGreaterThan(1_000);
  });
});

const oddities: readonly unknown[] = [
  null,
  undefined,
  '',
  '\u0000',
  -1,
  2 ** 53,
  Number.NaN,
  1e308,
  true,
  [],
  {},
  [[[[[[[[]]]]]]]],
  'x'.repeat(100_000),
  '__proto__',
  { type: 'goal', toString: 1 },
];

/** Puts something odd in place of the whole, of one of its values or of one of theirs; or takes a value away. */
function spoil(message: unknown, random: () => number): unknown {
  const odd = oddities[Math.floor(random() * oddities.length)];
  if (typeof message !== 'object' || message === null || random() < 0.1) return odd;
  const keys = Object.keys(message);
  const key = keys[Math.floor(random() * keys.length)] ?? 'type';
  const target = message as Record<string, unknown>;
  if (random() < 0.2) delete target[key];
  else target[key] = spoil(target[key], random);
  return message;
}

/** The same numbers at each run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
