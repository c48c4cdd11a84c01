import type { DoorAnswer, ServiceStatus } from '../../../contracts/vm-door.ts';
import { askOrFail } from '../ask-or-fail.ts';
import { findService, runningDependents, stopService } from '../controlled-services.ts';
import type { ToolSurroundings } from '../run-tool.ts';
import { win32ErrorText } from '../win32-error-text.ts';
import { parseIisreset } from './parse-iisreset.ts';

/** Win32 errors (W). */
const codes = { accessDenied: 5, invalidParameter: 87, alreadyRunning: 1056, doesNotExist: 1060, notActive: 1062 } as const;

/** The services of IIS as its reset knows them, each after those that it depends on. */
const services = [
  { name: 'WAS', displayName: 'Windows Process Activation Service' },
  { name: 'W3SVC', displayName: 'World Wide Web Publishing Service' },
] as const;

/**
 * `iisreset` of Windows. It stops W3SVC and WAS, and starts WAS only where W3SVC is started on demand, as on a VM of Azure: then sites
 * refuse connections until `net start w3svc`, though the instance is Ready (AB 8, BT 3.5).
 *
 * @param words those behind `iisreset`
 * @returns the exit code: 0, or the error of Windows
 */
export async function iisreset(words: readonly string[], surroundings: ToolSurroundings): Promise<number> {
  const command = parseIisreset(words);
  if (command.verb === 'usage') {
    surroundings.print(usage);
    return command.asked ? 0 : codes.invalidParameter;
  }
  for (const option of command.notPlayed)
    surroundings.note(`"${option}" is not played: whatever does not stop is killed when its time is over.`);
  surroundings.print('\n');
  const { verb } = command;
  const asked = await askOrFail(surroundings, { type: 'service.query' });
  if (!asked.done) return failed(verb, asked.code, surroundings);
  if (verb === 'status') {
    surroundings.print(statusText(asked.services));
    return 0;
  }
  if (findService(asked.services, 'WAS') === undefined) return failed(verb, codes.doesNotExist, surroundings);
  if (verb !== 'start') {
    const code = await stop(asked.services, surroundings);
    if (code !== 0) return failed(verb, code, surroundings);
    surroundings.print('Internet services successfully stopped\n');
  }
  if (verb === 'stop') return 0;
  const code = await start(asked.services, surroundings);
  if (code !== 0) return failed(verb, code, surroundings);
  surroundings.print(`Internet services successfully ${verb === 'start' ? 'started' : 'restarted'}\n`);
  return 0;
}

/** Whatever depends on WAS stops before it, W3SVC among them. */
async function stop(registered: readonly ServiceStatus[], surroundings: ToolSurroundings): Promise<number> {
  const say = once(() => surroundings.print('Attempting stop...\n'));
  for (const { name } of [...runningDependents(registered, 'WAS'), ...services.toReversed()]) {
    if (findService(registered, name) === undefined) continue;
    const code = codeOf(await stopService(surroundings, name, say), codes.notActive);
    if (code !== 0) return code;
  }
  say();
  return 0;
}

async function start(registered: readonly ServiceStatus[], surroundings: ToolSurroundings): Promise<number> {
  surroundings.print('Attempting start...\n');
  for (const { name } of services) {
    const service = findService(registered, name);
    if (service === undefined || (name !== 'WAS' && service.start !== 'auto')) continue;
    const code = codeOf(await askOrFail(surroundings, { type: 'service.start', name }), codes.alreadyRunning);
    if (code !== 0) return code;
  }
  return 0;
}

/** @param fine the error that says that it is so already */
function codeOf(answer: DoorAnswer, fine: number): number {
  return answer.done || answer.code === fine ? 0 : answer.code;
}

function failed(verb: 'restart' | 'stop' | 'start' | 'status', code: number, { print }: ToolSurroundings): number {
  if (code === codes.accessDenied) {
    print(
      'Access denied, you must be an administrator of the remote computer to use this\n' +
        'command. Either have your user account added to the administrator local group of\n' +
        'the remote computer or to the domain administrator global group.\n',
    );
    return code;
  }
  // An error of Windows as COM tells it.
  const result = (0x8007_0000 | code) >>> 0;
  print(`${verb.charAt(0).toUpperCase()}${verb.slice(1)} attempt failed.\n${win32ErrorText(code)} (${result}, ${result.toString(16)})\n`);
  return code;
}

function statusText(registered: readonly ServiceStatus[]): string {
  return services
    .flatMap(({ name, displayName }) => {
      const service = findService(registered, name);
      return service === undefined ? [] : [`Status for ${displayName} ( ${name} ) : ${stateWords[service.state]}\n`];
    })
    .join('');
}

const stateWords = { stopped: 'Stopped', startPending: 'Starting', stopPending: 'Stopping', running: 'Running' } as const;

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

const usage = `
Usage:
iisreset [/restart | /stop | /start | /status] [/noforce] [/timeout:seconds]

    /restart   Stops the Internet services, then starts them; unless told otherwise.
    /stop      Stops them.
    /start     Starts them.
    /status    Displays their status.
`;
