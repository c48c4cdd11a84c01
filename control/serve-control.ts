import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Emulator } from '../contracts/control-api.ts';
import { UserError } from '../contracts/diagnostic.ts';
import { emulatorMs } from '../contracts/timings-of-the-emulator.ts';
import { refusal } from './admission.ts';
import { streamFeed } from './feed-stream.ts';
import { parseRequest } from './requests.ts';

export interface ControlOptions {
  /** What every request must carry as bearer token. */
  readonly token: string;
  /** Hears of the emulator's own faults, with the id that the user was shown. Without it they go to stderr. */
  readonly onFault?: (id: string, error: unknown) => void;
}

export interface ControlServer {
  readonly port: number;
  /** Ends the feeds after their last item, then the server. Requests under way are cut off. */
  close(): Promise<void>;
}

const mostBodyBytes = 64 * 1_024;

/**
 * Opens the control server of a running emulator on 127.0.0.1, at a port of the system's choice.
 *
 * @throws the system's error when no port can be opened
 */
export async function serveControl(emulator: Emulator, options: ControlOptions): Promise<ControlServer> {
  // Loaded here, because the VMs are started first and this takes longer to load than they to start.
  const { fastify } = await import('fastify');
  const app = fastify({ bodyLimit: mostBodyBytes, forceCloseConnections: true, requestTimeout: 30_000, exposeHeadRoutes: false });
  const feeds = new Set<() => Promise<void>>();
  let port = 0;
  app.addHook('onRequest', async (request, reply) => {
    const refused = refusal(request.raw.headers, port, options.token);
    if (refused === undefined) return;
    const { status, ...body } = refused;
    await reply.code(status).send(body);
  });
  app.setErrorHandler<FastifyError>((error, _request, reply) => answerError(error, reply, options));
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send({ code: 'RV4006', message: `there is no ${request.method} ${request.url.slice(0, 200)}`, mend: 'see rolevm help' }),
  );
  addRoutes(app, emulator, feeds);
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
  return {
    port,
    close: async () => {
      await Promise.race([Promise.all([...feeds].map((end) => end())), waited(emulatorMs.feedsClosed)]);
      await app.close();
    },
  };
}

function addRoutes(app: FastifyInstance, emulator: Emulator, feeds: Set<() => Promise<void>>): void {
  app.get('/status', async () => emulator.status());
  app.get('/ps', async () => emulator.processes());
  app.get('/feed', (_request, reply) => {
    reply.hijack();
    const end = streamFeed(emulator, reply.raw);
    feeds.add(end);
    reply.raw.once('close', () => feeds.delete(end));
  });
  app.post('/kill', async (request) => emulator.kill(parseRequest('kill', request.body)));
  app.post('/event', async (request) => emulator.raise(parseRequest('event', request.body)));
  app.post('/patch', async (request) => emulator.patch(parseRequest('patch', request.body)));
  app.post('/debug', async (request) => emulator.debug(parseRequest('debug', request.body)));
  app.post('/fault', async (request) => emulator.fault(parseRequest('fault', request.body)));
  app.post('/plan', async (request) => emulator.plan(parseRequest('plan', request.body)));
  app.post('/revert', async (request) => emulator.revert(parseRequest('revert', request.body)));
  app.post('/restore', async (request) => emulator.restore(parseRequest('restore', request.body)));
  app.post('/stop', async (request, reply) => {
    emulator.stop({ remove: parseRequest('stop', request.body).remove ?? false });
    return reply.code(202).send({ stopping: true });
  });
}

/** What the user can mend comes as 4xx with the mend; a fault of the emulator as 500 with an id, and its stack stays here. */
function answerError(error: FastifyError | UserError, reply: FastifyReply, { onFault }: ControlOptions): FastifyReply {
  if (error instanceof UserError) {
    const { code, message, mend, diagnostics } = error;
    return reply.code(code === 'RV4001' ? 400 : 409).send({ code, message, mend, diagnostics });
  }
  const status = error.statusCode ?? 500;
  if (status < 500)
    return reply.code(status).send({ code: 'RV4002', message: `the request cannot be read: ${error.message}`, mend: 'see rolevm help' });
  const id = randomUUID().slice(0, 8);
  if (onFault !== undefined) onFault(id, error);
  else process.stderr.write(`fault ${id}: ${error.stack ?? String(error)}\n`);
  return reply.code(500).send({ code: 'RV4000', message: 'the emulator could not do that because of a fault of its own', id });
}

function waited(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
