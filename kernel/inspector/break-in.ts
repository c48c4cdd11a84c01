import { NoInspectorError } from './open-inspector.ts';
import { connectInspector, type InspectorSession, type SessionListener } from './session.ts';
import type { InspectorTarget } from './types.ts';

/**
 * Stops a process as a debugger does: all of its JavaScript stands still, its timers and messages wait. It goes on when the session
 * that is returned is closed.
 *
 * @throws NoInspectorError when it does not stop
 */
export async function breakIn(target: InspectorTarget, listener: SessionListener = {}): Promise<InspectorSession> {
  const session = await connectInspector(target, listener);
  await session.call('Debugger.enable');
  // Another client may have been faster; the same pause holds for all.
  if (session.paused()) return session;
  // `Debugger.pause` would wait for the next JavaScript, which in an idle process is far away.
  session.tell('Runtime.evaluate', { expression: 'debugger' });
  if (await session.until(session.paused)) return session;
  session.close();
  throw new NoInspectorError('it did not stop');
}

/** Lets a process go on, whoever has stopped it, and closes its inspector: the port has no token. */
export async function letGo(session: InspectorSession): Promise<void> {
  await session.call('Debugger.enable');
  // What another client has set break points for must not stop on the way out.
  await session.call('Debugger.setSkipAllPauses', { skip: true });
  if (session.paused()) session.tell('Debugger.resume');
  await session.until(() => !session.paused());
  session.tell('Runtime.evaluate', { expression: 'process._debugEnd()' });
  await session.until(session.closed);
  session.close();
}

/**
 * Whether a process stands still, without changing that.
 *
 * @returns undefined when its inspector is closed or does not answer
 */
export async function isBrokenInto(target: InspectorTarget): Promise<boolean | undefined> {
  try {
    const session = await connectInspector(target);
    await session.call('Debugger.enable').finally(session.close);
    return session.paused();
  } catch {
    return undefined;
  }
}
