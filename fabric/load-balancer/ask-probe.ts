import net from 'node:net';
import type { VmDocument } from '../../contracts/vm-document.ts';

/** An HTTP status, or that the connection was refused, reset or is not HTTP. */
export type ProbeAnswer = number | 'reset';

/**
 * Asks once, over a connection of its own. Not by node:http: a question takes it three times the processor time, and there are some each second.
 *
 * @param signal gives the question up; it is never answered then
 */
export function askProbe({ address, port, path }: VmDocument['defaultProbe'], signal: AbortSignal): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: address, port, signal });
    let answer = '';
    const finish = () => {
      if (!signal.aborted) resolve(statusOf(answer));
      socket.destroy();
    };
    socket.setEncoding('latin1').on('data', (chunk) => {
      answer += chunk;
      if (answer.length >= beginning) finish();
    });
    socket.on('error', finish).on('end', finish).on('close', finish);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${address}:${port}\r\nConnection: close\r\n\r\n`);
  });
}

/** Of an answer that says its status. */
const beginning = 'HTTP/1.1 200'.length;

function statusOf(answer: string): ProbeAnswer {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1];
  return status === undefined ? 'reset' : Number(status);
}
