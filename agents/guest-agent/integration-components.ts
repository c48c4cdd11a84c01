import { type EventObject, fromCallback } from 'xstate';
import type { FromBootstrapper, ToBootstrapper } from '../../contracts/links.ts';
import type { ProcessCommand, ProcessEvent, ProcessLogic } from '../../kernel/process-logic.ts';

/**
 * What stands for WaHostBootstrapper in a VM role, which has no startup tasks and no role host: the integration components of its image say
 * that it is Ready (S3). What runs there are the services that the image has registered, which Windows starts and stops.
 *
 * @param begins called when the role is wanted, before it is Ready
 */
export function integrationComponents(begins: () => void): ProcessLogic<ToBootstrapper> {
  return fromCallback<ProcessCommand<ToBootstrapper>, undefined, EventObject>(({ sendBack, receive }) => {
    const send = (event: ProcessEvent<FromBootstrapper>) => sendBack(event);
    const say = (message: FromBootstrapper) => send({ type: 'process.message', message });
    receive((command) => {
      if (command.type === 'process.kill') return send({ type: 'process.exited', cause: { kind: command.cause } });
      if (command.type !== 'process.send') return undefined;
      const { message } = command;
      if (message.type === 'heartbeat') return say(message);
      say({ type: 'outcome', outcome: { kind: 'stopped', details: '' } });
      return send({ type: 'process.exited', cause: { kind: 'asked', code: 0 } });
    });
    begins();
    say({ type: 'phase', status: 'ReadyRole', details: '' });
  });
}
