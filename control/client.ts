import { request as httpRequest, type IncomingMessage } from 'node:http';
import type {
  DebugRequest,
  DebugResult,
  FeedItem,
  KillRequest,
  KillResult,
  PatchRequest,
  PatchResult,
  PsEntry,
  RevertRequest,
  RevertResult,
  StateFile,
  StatusDocument,
} from '../contracts/control-api.ts';
import { type Diagnostic, UserError } from '../contracts/diagnostic.ts';
import type { EventPlan, PlanRequest } from '../contracts/event-plan.ts';
import type { FaultRequest, FaultResult } from '../contracts/faults.ts';
import type { RaiseRequest, RaiseResult } from '../contracts/raise.ts';
import type { RestoreRequest, RestoreResult } from '../contracts/snapshot.ts';
import { emulatorMs } from '../contracts/timings-of-the-emulator.ts';

/** What can be asked of a running emulator, with question and answer. */
export interface Routes {
  'GET /status': { readonly body: undefined; readonly answer: StatusDocument };
  'GET /ps': { readonly body: undefined; readonly answer: readonly PsEntry[] };
  'POST /kill': { readonly body: KillRequest; readonly answer: KillResult };
  'POST /event': { readonly body: RaiseRequest; readonly answer: RaiseResult };
  'POST /patch': { readonly body: PatchRequest; readonly answer: PatchResult };
  'POST /revert': { readonly body: RevertRequest; readonly answer: RevertResult };
  'POST /debug': { readonly body: DebugRequest; readonly answer: DebugResult };
  'POST /fault': { readonly body: FaultRequest; readonly answer: FaultResult };
  'POST /plan': { readonly body: PlanRequest; readonly answer: EventPlan };
  'POST /restore': { readonly body: RestoreRequest; readonly answer: RestoreResult };
  'POST /stop': { readonly body: { readonly remove: boolean }; readonly answer: { readonly stopping: true } };
}

/** A fault of the emulator itself, told by its id; the emulator's own output holds the rest. */
export class EmulatorFault extends Error {
  override readonly name = 'EmulatorFault';

  constructor(readonly id: string) {
    super(`the emulator could not do that because of a fault of its own (${id})`);
  }
}

const longestAnswer = 64 * 1_024 * 1_024;
const longestLine = 1_024 * 1_024;

/**
 * Asks the running emulator. Plain node:http: what is loaded here is waited for before every command.
 *
 * @throws UserError as the emulator says it; RV4102 when it has ended meanwhile
 * @throws EmulatorFault when it was its own fault
 */
export async function request<Route extends keyof Routes>(
  state: StateFile,
  route: Route,
  ...[body]: Routes[Route]['body'] extends undefined ? [] : [Routes[Route]['body']]
): Promise<Routes[Route]['answer']> {
  const response = await send(state, route, {
    body,
    silentMs:
      (route === 'POST /plan' ? emulatorMs.planAnswer : emulatorMs.answer) +
      ((body as { readonly waitMs?: number } | undefined)?.waitMs ?? 0),
  });
  const text = await textOf(response);
  if (response.statusCode !== undefined && response.statusCode < 300) return JSON.parse(text) as Routes[Route]['answer'];
  throw refused(response.statusCode ?? 0, text);
}

/**
 * Follows the emulator's story: the present status of each instance, then everything that happens.
 * Ends when the emulator has ended in order, or the signal aborts.
 *
 * @returns the items, once the emulator has opened the stream: nothing that is asked for afterwards can be missed
 * @throws UserError RV4102 when the emulator is lost, here or while iterating
 */
export async function openFeed(state: StateFile, signal?: AbortSignal): Promise<AsyncGenerator<FeedItem, void>> {
  const response = await send(state, 'GET /feed', signal === undefined ? {} : { signal });
  if (response.statusCode !== 200) throw refused(response.statusCode ?? 0, await textOf(response));
  return itemsOf(response, signal);
}

async function* itemsOf(response: IncomingMessage, signal: AbortSignal | undefined): AsyncGenerator<FeedItem, void> {
  try {
    yield* linesOf(response);
  } catch {
    if (signal?.aborted !== true) throw lost();
  }
}

interface Sending {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Real milliseconds without a byte after which the emulator counts as lost; without it, never. */
  readonly silentMs?: number;
}

function send(state: StateFile, route: string, { body, signal, silentMs = 0 }: Sending): Promise<IncomingMessage> {
  const [method, path] = route.split(' ');
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${state.token}`,
    ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
  };
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: state.port,
      method,
      path,
      headers,
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    };
    const sent = httpRequest(options, resolve);
    sent.once('error', () => reject(lost()));
    sent.setTimeout(silentMs, () => {
      reject(silent(state, route, silentMs));
      sent.destroy();
    });
    sent.end(payload);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > longestAnswer) throw new Error('the answer is too long');
      chunks.push(chunk);
    }
  } catch {
    throw lost();
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<FeedItem, void> {
  response.setEncoding('utf8');
  let rest = '';
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw lost();
    for (const line of lines) yield JSON.parse(line) as FeedItem;
  }
}

function refused(status: number, text: string): Error {
  const answer = parsed(text);
  if (status >= 500 && answer.id !== undefined) return new EmulatorFault(answer.id);
  if (status === 401)
    return new UserError('RV4103', 'the emulator does not know the token of this state directory', 'start it anew with rolevm up');
  return new UserError(answer.code ?? 'RV4104', answer.message ?? `the emulator answered ${status}`, answer.mend, answer.diagnostics ?? []);
}

function parsed(text: string): { id?: string; code?: string; message?: string; mend?: string; diagnostics?: readonly Diagnostic[] } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function silent({ pid }: StateFile, route: string, ms: number): UserError {
  return new UserError(
    'RV4102',
    `the emulator, pid ${pid}, has not answered ${route} for ${Math.round(ms / 1_000)} s`,
    'it may be suspended or stuck: look at rolevm doctor, end it with Ctrl-C or rolevm down',
  );
}

function lost(): UserError {
  return new UserError('RV4102', 'the emulator has ended or does not answer', 'look at rolevm logs, start it with rolevm up');
}
