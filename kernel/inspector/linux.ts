import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { constants, endianness } from 'node:os';
import { killIdentity } from '../process-table/index.ts';
import type { InspectorSystem } from './types.ts';

/** Reads /proc. */
export const linuxInspectors: InspectorSystem = {
  takesRequest: (pid) => catchesSignal(pid, constants.signals.SIGUSR1),
  request: (process) => {
    killIdentity(process, 'SIGUSR1');
  },
  ports,
};

/** A signal that a process does not catch ends it. Node catches this one from its first milliseconds on, but not from the very first. */
function catchesSignal(pid: number, signal: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(read(`/proc/${pid}/status`))?.[1];
  return caught !== undefined && ((BigInt(`0x${caught}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

function ports(pid: number): readonly number[] {
  const sockets = socketsOf(pid);
  return read(`/proc/${pid}/net/tcp`)
    .split('\n')
    .flatMap((line) => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (local === undefined || state !== listening || inode === undefined || !sockets.has(inode)) return [];
      const [address, port] = local.split(':');
      return address === loopback && port !== undefined ? [Number.parseInt(port, 16)] : [];
    });
}

/** Inodes of the sockets that the process holds. */
function socketsOf(pid: number): ReadonlySet<string> {
  const folder = `/proc/${pid}/fd`;
  try {
    return new Set(readdirSync(folder).flatMap((descriptor) => /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${descriptor}`))?.[1] ?? []));
  } catch {
    return new Set();
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Gone meanwhile, or somebody else's process.
    return '';
  }
}

const listening = '0A';
/** 127.0.0.1 as the kernel prints it: a number in the order of its own bytes. */
const loopback = endianness() === 'LE' ? '0100007F' : '7F000001';
