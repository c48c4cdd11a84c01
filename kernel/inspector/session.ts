import type { WebSocket } from 'ws';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import type { InspectorTarget } from './types.ts';

/** Hears what happens to the process, whoever does it. */
export interface SessionListener {
  paused?(): void;
  resumed?(): void;
  /** The inspector was closed, or the process has ended. */
  closed?(): void;
}

/** A client of an inspector. While no other one is left, closing it lets a paused process go on. */
export interface InspectorSession {
  /** Whether the process stands still, as far as this client has asked to know (`Debugger.enable`). */
  paused(): boolean;
  /** Resolves with the answer. @throws Error when it is refused, or does not come in time */
  call(method: string, params?: object): Promise<unknown>;
  /** Without waiting for the answer, which may come only when the process goes on. */
  tell(method: string, params?: object): void;
  /** Resolves true when `such` holds after an event, false when it does not in time or the session is closed. */
  until(such: () => boolean): Promise<boolean>;
  closed(): boolean;
  close(): void;
}

/** Speaks the Chrome DevTools protocol. @throws the error of the connection */
export async function connectInspector(target: InspectorTarget, listener: SessionListener = {}): Promise<InspectorSession> {
  // Loaded here: few runs ever need it.
  const ws = await import('ws');
  const socket = new ws.WebSocket(target.webSocketUrl, {
    perMessageDeflate: false,
    maxPayload: longestMessage,
    handshakeTimeout: emulatorMs.inspectorAnswers,
  });
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return sessionOver(socket, listener);
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

function sessionOver(socket: WebSocket, listener: SessionListener): InspectorSession {
  let last = 0;
  let paused = false;
  let closed = false;
  const answers = new Map<number, (message: Message) => void>();
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watch of [...watchers]) watch();
  };
  const send = (method: string, params: object): number => {
    last += 1;
    if (!closed) socket.send(JSON.stringify({ id: last, method, params }));
    return last;
  };
  const until = (such: () => boolean) =>
    new Promise<boolean>((resolve) => {
      const done = (held: boolean) => {
        clearTimeout(timer);
        watchers.delete(watch);
        resolve(held);
      };
      const timer = setTimeout(() => done(false), emulatorMs.inspectorAnswers);
      const watch = () => {
        if (such()) done(true);
        else if (closed) done(false);
      };
      watchers.add(watch);
      watch();
    });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    closed = true;
    look();
    listener.closed?.();
  });
  socket.on('message', (data) => {
    const message = parseMessage(String(data));
    if (message === undefined) return;
    if (message.id !== undefined) answers.get(message.id)?.(message);
    if (message.method === 'Debugger.paused') paused = true;
    if (message.method === 'Debugger.resumed') paused = false;
    look();
    if (message.method === 'Debugger.paused') listener.paused?.();
    if (message.method === 'Debugger.resumed') listener.resumed?.();
  });
  return {
    paused: () => paused,
    closed: () => closed,
    until,
    tell: send,
    call: async (method, params = {}) => {
      let answer: Message | undefined;
      const id = send(method, params);
      answers.set(id, (message) => {
        answer = message;
      });
      await until(() => answer !== undefined);
      answers.delete(id);
      if (answer === undefined) throw new Error(`the inspector did not answer ${method}`);
      if (answer.error !== undefined) throw new Error(`the inspector refused ${method}: ${answer.error.message}`);
      return answer.result;
    },
    close: () => socket.close(),
  };
}

/** Role code has the process to itself and can put anything in the place of its inspector. */
function parseMessage(text: string): Message | undefined {
  try {
    const message = JSON.parse(text) as Message | null;
    return typeof message === 'object' && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}

/** The source text of a large bundle travels in one message, if anybody asks for it. */
const longestMessage = 64 * 1_024 * 1_024;
