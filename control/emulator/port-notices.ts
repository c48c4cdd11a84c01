import fs from 'node:fs';
import type { VmDocument } from '../../contracts/vm-document.ts';

/**
 * What a user should know of the ports of the instances before a program fails on them: those that need rights.
 *
 * @param firstFreePort the lowest port that needs no rights
 */
export function portNotices(vms: readonly VmDocument[], firstFreePort: number = lowestFreePort()): readonly string[] {
  return vms.flatMap(({ instanceId, endpoints }) =>
    endpoints
      .filter(({ port }) => port < firstFreePort)
      .map(
        ({ name, address, port }) =>
          `${instanceId} cannot listen on ${address}:${port} (endpoint ${name}) with your rights: give the endpoint a localPort from ${firstFreePort} on`,
      ),
  );
}

/** 0 when every port is free to this user. */
function lowestFreePort(): number {
  if (process.platform === 'win32' || process.getuid?.() === 0) return 0;
  try {
    return Number(fs.readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  } catch {
    return usualFirstFreePort;
  }
}

const usualFirstFreePort = 1_024;
