import type { ServiceStatus } from '../../../contracts/vm-door.ts';

/** The state of a service as `sc query` shows it, `sc queryex` with its pid (BT 3.4, W). */
export function statusText(service: ServiceStatus, options: { readonly withPid: boolean; readonly withDisplayName?: boolean }): string {
  const { number, word, controls } = states[service.state];
  const code = service.state === 'stopped' ? service.win32ExitCode : 0;
  return lines(
    '',
    `SERVICE_NAME: ${service.name} `,
    ...(options.withDisplayName === true ? [`DISPLAY_NAME: ${service.displayName}`] : []),
    '        TYPE               : 10  WIN32_OWN_PROCESS  ',
    `        STATE              : ${number}  ${word} `,
    ...(controls === undefined ? [] : [`                                ${controls}`]),
    `        WIN32_EXIT_CODE    : ${code}  (0x${code.toString(16)})`,
    '        SERVICE_EXIT_CODE  : 0  (0x0)',
    '        CHECKPOINT         : 0x0',
    `        WAIT_HINT          : ${service.state === 'startPending' ? '0x7d0' : '0x0'}`,
    ...(options.withPid ? [`        PID                : ${service.pid ?? 0}`, '        FLAGS              : '] : []),
  );
}

const notStoppable = '(NOT_STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN)';
const stoppable = '(STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)';

const states = {
  stopped: { number: 1, word: 'STOPPED', controls: undefined },
  startPending: { number: 2, word: 'START_PENDING', controls: notStoppable },
  stopPending: { number: 3, word: 'STOP_PENDING', controls: stoppable },
  running: { number: 4, word: 'RUNNING', controls: stoppable },
} as const;

/** How a service is registered, as `sc qc` shows it (W). */
export function configText(service: ServiceStatus): string {
  return lines(
    '[SC] QueryServiceConfig SUCCESS',
    '',
    `SERVICE_NAME: ${service.name}`,
    '        TYPE               : 10  WIN32_OWN_PROCESS ',
    `        START_TYPE         : ${startTypes[service.start]}`,
    '        ERROR_CONTROL      : 1   NORMAL',
    `        BINARY_PATH_NAME   : ${service.binPath}`,
    '        LOAD_ORDER_GROUP   : ',
    '        TAG                : 0',
    `        DISPLAY_NAME       : ${service.displayName}`,
    ...(service.dependsOn?.length ? service.dependsOn : ['']).map(
      (name, index) => `${index === 0 ? '        DEPENDENCIES       ' : blank}: ${name}`,
    ),
    '        SERVICE_START_NAME : LocalSystem',
  );
}

const blank = ' '.repeat('        DEPENDENCIES       '.length);
const startTypes = { auto: '2   AUTO_START', demand: '3   DEMAND_START', disabled: '4   DISABLED' } as const;

/** How it is used, for what was not understood. */
export function usageText(verb: string | undefined): string {
  const own = verb === undefined ? undefined : usages[verb];
  if (own !== undefined) return lines('DESCRIPTION:', `        ${own[0]}`, 'USAGE:', `        ${own[1]}`, '');
  return lines(
    '',
    'ERROR:  Unrecognized command',
    '',
    'DESCRIPTION:',
    '        SC is a command line program used for communicating with the',
    '        Service Control Manager and services.',
    'USAGE:',
    '        sc <server> [command] [service name] <option1> <option2>...',
    '',
    '        Commands that this VM plays:',
    ...Object.entries(usages).map(([name, [description]]) => `          ${name.padEnd(16)}${description}`),
    '',
  );
}

const change =
  'binPath= <BinaryPathName>  start= <auto|demand|disabled|delayed-auto>  DisplayName= <display name>  depend= <services, with / between>';

const usages: Readonly<Record<string, readonly [string, string]>> = {
  query: [
    'Queries the status for a service, or enumerates the status of services.',
    'sc <server> query [service name] <state= active|inactive|all>',
  ],
  queryex: ['Queries the extended status for a service.', 'sc <server> queryex [service name] <state= active|inactive|all>'],
  start: ['Starts a service.', 'sc <server> start [service name]'],
  stop: ['Sends a STOP request to a service.', 'sc <server> stop [service name]'],
  config: ['Changes the configuration of a service (persistent).', `sc <server> config [service name] ${change}`],
  qc: ['Queries the configuration information for a service.', 'sc <server> qc [service name]'],
  delete: ['Deletes a service (from the registry).', 'sc <server> delete [service name]'],
  create: ['Creates a service (adds it to the registry).', `sc <server> create [service name] ${change}`],
};

function lines(...texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
