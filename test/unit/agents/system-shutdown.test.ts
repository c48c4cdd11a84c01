import { describe, expect, it } from 'vitest';
import { systemShutdown } from '../../../agents/vm/system-shutdown.ts';
import { steppingClock } from '../../../kernel/stepping-clock.ts';

const limited = 666;

/** Windows with a stepping clock; `told` is what it has said and done. */
function play() {
  const clock = steppingClock();
  const told: string[] = [];
  const shutdown = systemShutdown({
    clock,
    isLimited: (pid) => pid === limited,
    notice: (text) => told.push(text),
    due: () => told.push('due'),
  });
  const ask = (delay: number, more: { readonly asker?: number; readonly comment?: string } = {}) =>
    shutdown.answer({ type: 'shutdown.initiate', asker: 1, delay, ...more });
  return { clock, told, shutdown, ask, abort: (asker = 1) => shutdown.answer({ type: 'shutdown.abort', asker }) };
}

const done = { done: true, services: [] };
const refused = (code: number, call = 'InitiateSystemShutdown') => ({ done: false, call, code });

describe('a shutdown that a program of the VM asks for', () => {
  it('is due at once where it has no delay', () => {
    const { ask, told } = play();
    expect(ask(0, { comment: 'patched\n\u001b[2J' })).toEqual(done);
    expect(told).toEqual(['Windows was told from inside to restart now: patched [2J', 'due']);
  });

  it('is due after its delay, and not before', () => {
    const { ask, told, clock } = play();
    expect(ask(30)).toEqual(done);
    clock.advance(29_999);
    expect(told).toEqual(['Windows was told from inside to restart in 30 s']);
    clock.advance(1);
    expect(told.at(-1)).toBe('due');
    expect(clock.pending()).toBe(0);
  });

  it('is called off as long as it is pending; then another may be asked for', () => {
    const { ask, abort, told, clock } = play();
    ask(30);
    expect(abort()).toEqual(done);
    clock.advance(60_000);
    expect(told).not.toContain('due');
    expect(abort()).toEqual(refused(1116, 'AbortSystemShutdown'));
    expect(ask(0)).toEqual(done);
  });

  it('is refused while one is pending, and while Windows shuts down, whoever wanted that', () => {
    const pending = play();
    pending.ask(30);
    expect(pending.ask(0)).toEqual(refused(1190));
    pending.shutdown.begun();
    expect([pending.ask(0), pending.abort()]).toEqual([refused(1115), refused(1115, 'AbortSystemShutdown')]);
    expect(pending.clock.pending()).toBe(0);
  });

  it('is denied to whoever is limited, as calling one off is', () => {
    const { ask, abort, told } = play();
    expect([ask(0, { asker: limited }), abort(limited)]).toEqual([refused(5), refused(5, 'AbortSystemShutdown')]);
    expect(told).toEqual([]);
  });
});
