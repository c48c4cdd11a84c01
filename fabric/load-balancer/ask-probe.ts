import http from 'node:http';
import type { VmDocument } from '../../contracts/vm-document.ts';

/** An HTTP status, or that the connection was refused, reset or is not HTTP. */
export type ProbeAnswer = number | 'reset';

/**
 * Asks once, over a connection of its own.
 *
 * @param signal gives the question up; it is never answered then
 */
export function askProbe({ address, port, path }: VmDocument['defaultProbe'], signal: AbortSignal): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const request = http.get({ host: address, port, path, agent: false, signal, headers: { connection: 'close' } });
    request.on('response', (response) => {
      resolve(response.statusCode ?? 'reset');
      response.destroy();
    });
    request.on('error', () => {
      if (!signal.aborted) resolve('reset');
    });
  });
}
