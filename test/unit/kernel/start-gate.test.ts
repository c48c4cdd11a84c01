import { describe, expect, it } from 'vitest';
import { dotted } from '../../../kernel/report-process.ts';
import { startGate } from '../../../kernel/start-gate.ts';

/** Five processes before a gate for two; `started` has the names of those that were let in. */
function crowd(limit = 2) {
  const gate = startGate(limit);
  const started: string[] = [];
  const leave = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, gate.enter(() => started.push(name))]));
  return { gate, started, leave: (name: string) => leave[name]?.() };
}

describe('the gate for starts', () => {
  it('lets in as many as there is room for, in the order in which they came', () => {
    const { started, leave } = crowd();
    expect(started).toEqual(['a', 'b']);
    leave('b');
    expect(started).toEqual(['a', 'b', 'c']);
    leave('a');
    leave('c');
    expect(started).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('gives a place up once, however often it is left', () => {
    const { started, leave } = crowd();
    for (let n = 0; n < 5; n += 1) leave('a');
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('never lets in who has turned away', () => {
    const { started, leave } = crowd();
    leave('d');
    leave('d');
    for (const name of ['a', 'b', 'c']) leave(name);
    expect(started).toEqual(['a', 'b', 'c', 'e']);
  });

  it('has room again when all have left', () => {
    const { gate, started, leave } = crowd();
    for (const name of ['a', 'b', 'c', 'd', 'e']) leave(name);
    gate.enter(() => started.push('f'));
    gate.enter(() => started.push('g'));
    gate.enter(() => started.push('h'));
    expect(started.slice(5)).toEqual(['f', 'g']);
  });
});

describe('the state of a machine in words', () => {
  it.each([
    ['watching', 'watching'],
    [{ host: 'ready' }, 'host.ready'],
    [{ role: { alive: 'starting' } }, 'role.alive.starting'],
    [{ heart: 'beating', role: { alive: 'ready' } }, 'heart.beating,role.alive.ready'],
    [{ lost: { job: 'lingering', restart: 'delayed' } }, 'lost.job.lingering,restart.delayed'],
    [{ host: {} }, 'host'],
    [{}, ''],
  ])('%o: %s', (value, words) => expect(dotted(value)).toBe(words));
});
