import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Refusal {
  readonly status: 401 | 403;
  readonly code: string;
  readonly message: string;
  readonly mend: string;
}

/**
 * Whether a request may pass: from this machine by name, not from a web page of somebody else, with the token of the state file.
 *
 * A page in a browser can reach 127.0.0.1 through a name of its own (DNS rebinding), which the Host header gives away; it cannot know
 * the token, and the Origin that browsers add is refused unless it is the server's own.
 *
 * @returns why it is refused, or undefined
 */
export function refusal(headers: IncomingHttpHeaders, port: number, token: string): Refusal | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin, authorization } = headers;
  if (host === undefined || !hosts.includes(host.toLowerCase())) {
    return {
      status: 403,
      code: 'RV4003',
      message: 'the control server answers under its loopback address only',
      mend: `ask 127.0.0.1:${port}`,
    };
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return {
      status: 403,
      code: 'RV4004',
      message: 'the control server does not answer pages of another origin',
      mend: 'use the rolevm command',
    };
  }
  if (!sameSecret(authorization ?? '', `Bearer ${token}`)) {
    return {
      status: 401,
      code: 'RV4005',
      message: 'the token is missing or is not the one of this emulator',
      mend: 'take it from state.json of the state directory',
    };
  }
  return undefined;
}

/** Compared as digests, in the same time wherever they differ and however long they are. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
