/** What Windows says of an error, as its tools print it (W, BT 3.4). */
export function win32ErrorText(code: number): string {
  return texts[code] ?? `The system cannot find message text for message number 0x${code.toString(16)}.`;
}

const texts: Readonly<Record<number, string>> = {
  2: 'The system cannot find the file specified.',
  5: 'Access is denied.',
  87: 'The parameter is incorrect.',
  112: 'There is not enough space on the disk.',
  123: 'The filename, directory name, or volume label syntax is incorrect.',
  1051: 'A stop control has been sent to a service that other running services are dependent on.',
  1056: 'An instance of the service is already running.',
  1058: 'The service cannot be started, either because it is disabled or because it has no enabled devices associated with it.',
  1059: 'Circular service dependency was specified.',
  1060: 'The specified service does not exist as an installed service.',
  1061: 'The service cannot accept control messages at this time.',
  1062: 'The service has not been started.',
  1068: 'The dependency service or group failed to start.',
  1072: 'The specified service has been marked for deletion.',
  1073: 'The specified service already exists.',
  1075: 'The dependency service does not exist or has been marked for deletion.',
  1078: 'The name is already in use as either a service name or a service display name.',
  1115: 'A system shutdown is in progress.',
  1116: 'Unable to abort the system shutdown because no shutdown was in progress.',
  1190: 'A system shutdown has already been scheduled.',
  1450: 'Insufficient system resources exist to complete the requested service.',
  1722: 'The RPC server is unavailable.',
};
