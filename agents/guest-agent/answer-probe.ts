import net from 'node:net';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import type { VmDocument } from '../../contracts/vm-document.ts';

export interface ProbeAnswers {
  /** Listens from now on; one that listens already stays as it is, one that could not tries again. */
  open(): void;
  close(): void;
}

/**
 * The guest agent's answer to the load balancer's default probe: 200 while the role is Ready, 503 otherwise (AB 1.1, 3.4).
 *
 * Not node:http, which would cost the agent twice the time and memory of node:net for an answer of three lines.
 *
 * @param isReady asked at each probe
 * @param tellFault hears a sentence for the user when the address cannot be listened on
 */
export function answerProbe(at: VmDocument['defaultProbe'], isReady: () => boolean, tellFault: (text: string) => void): ProbeAnswers {
  const requestLine = `GET ${at.path} HTTP/1.1`;
  const server = net.createServer((socket) => {
    let asked = '';
    // The balancer may have given up long ago: while a debugger was at this process.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(emulatorMs.probeAsked, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (chunk) => {
      asked += chunk;
      const end = asked.indexOf('\r\n');
      if (end < 0 && asked.length <= longestRequestLine) return;
      socket.removeAllListeners('data').resume();
      socket.end(
        answerOf(asked.slice(0, Math.max(end, 0)) !== requestLine ? '404 Not Found' : isReady() ? '200 OK' : '503 Service Unavailable'),
      );
    });
  });
  server.maxConnections = mostConnections;
  server.on('error', (error: NodeJS.ErrnoException) => {
    tellFault(
      `the default probe cannot be answered on ${at.address}:${at.port} (${error.code ?? error.message}), so the instance is out of rotation; ${
        error.code === 'EADDRINUSE' ? 'end the program that listens there and recycle the role' : 'recycle the role to try again'
      }`,
    );
  });
  return {
    open: () => {
      // The role, not its probe, keeps the agent running.
      if (!server.listening) server.listen(at.port, at.address).unref();
    },
    close: () => {
      server.close();
    },
  };
}

const longestRequestLine = 2_048;
const mostConnections = 32;

function answerOf(status: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
}
