import type { ServiceStatus } from '../../../contracts/vm-door.ts';
import { askOrFail } from '../ask-or-fail.ts';
import { findService, runningDependents, stopService } from '../controlled-services.ts';
import type { ToolSurroundings } from '../run-tool.ts';
import { win32ErrorText } from '../win32-error-text.ts';

/** Whatever goes wrong is 2, and what is not understood 1 (BT 3.3). */
const exitCodes = { failed: 2, syntax: 1 } as const;

/** Win32 errors that net tells in words of its own. */
const alreadyRunning = 1056;
const notActive = 1062;

/**
 * `net start` and `net stop` of Windows over the services of the VM, by name or display name.
 *
 * @param words those behind `net`
 * @returns the exit code
 */
export async function net(words: readonly string[], surroundings: ToolSurroundings): Promise<number> {
  const [verb = '', ...rest] = words.map((word, index) => (index === 0 ? word.toLowerCase() : word));
  const switches = rest.filter((word) => /^\/[a-z?]+$/i.test(word)).map((word) => word.toLowerCase());
  const [name, another] = rest.filter((word) => !/^\/[a-z?]+$/i.test(word));
  const isUnderstood = (verb === 'start' || (verb === 'stop' && name !== undefined)) && another === undefined;
  if (!isUnderstood || switches.some((word) => word !== '/y' && word !== '/n')) {
    if (notPlayed.has(verb)) surroundings.note(`"net ${verb}" is not played.`);
    surroundings.printError(usage(verb));
    return exitCodes.syntax;
  }
  const asked = await askOrFail(surroundings, { type: 'service.query' });
  if (!asked.done) return failed(asked.code, surroundings);
  if (name === undefined) {
    surroundings.print(listText(asked.services));
    return 0;
  }
  const service = findService(asked.services, name);
  if (service === undefined) return helped('The service name is invalid.', 2185, surroundings);
  return verb === 'start' ? start(service, surroundings) : stop(service, asked.services, switches, surroundings);
}

async function start({ name, displayName }: ServiceStatus, surroundings: ToolSurroundings): Promise<number> {
  const answer = await askOrFail(surroundings, { type: 'service.start', name });
  if (!answer.done) {
    if (answer.code === alreadyRunning) return helped('The requested service has already been started.', 2182, surroundings);
    if (answer.detail !== undefined) surroundings.note(answer.detail);
    return failed(answer.code, surroundings);
  }
  surroundings.print(`The ${displayName} service is starting.\nThe ${displayName} service was started successfully.\n\n`);
  return 0;
}

async function stop(
  service: ServiceStatus,
  services: readonly ServiceStatus[],
  switches: readonly string[],
  surroundings: ToolSurroundings,
): Promise<number> {
  const dependents = service.state === 'running' ? runningDependents(services, service.name) : [];
  if (dependents.length > 0 && !(await wants(service, dependents, switches, surroundings))) return exitCodes.failed;
  for (const { name, displayName } of [...dependents, service]) {
    const begun = () => surroundings.print(`The ${displayName} service is stopping.\n`);
    const answer = await stopService(surroundings, name, begun);
    if (!answer.done) {
      if (answer.code === notActive) return helped(`The ${displayName} service is not started.`, 3521, surroundings);
      return failed(answer.code, surroundings);
    }
    surroundings.print(`The ${displayName} service was stopped successfully.\n\n`);
  }
  return 0;
}

/** Whether the services that depend on it are to be stopped as well; a task without input never says so. */
async function wants(
  { displayName }: ServiceStatus,
  dependents: readonly ServiceStatus[],
  switches: readonly string[],
  { print, printError, readLine }: ToolSurroundings,
): Promise<boolean> {
  if (switches.includes('/y')) return true;
  print(
    `The following services are dependent on the ${displayName} service.\n` +
      `Stopping the ${displayName} service will also stop these services.\n\n` +
      `${dependents.map((dependent) => `   ${dependent.displayName}\n`).join('')}\n`,
  );
  if (switches.includes('/n')) return false;
  print('Do you want to continue this operation? (Y/N) [N]: ');
  const answer = (await readLine())?.trim().toLowerCase();
  if (answer === 'y' || answer === 'yes') return true;
  if (answer === undefined) printError('\nNo valid response was provided.\n');
  return false;
}

function listText(services: readonly ServiceStatus[]): string {
  const running = services.filter(({ state }) => state !== 'stopped').map(({ displayName }) => displayName);
  const names = running.sort((one, other) => one.localeCompare(other)).map((name) => `   ${name}\n`);
  return `These Windows services are started:\n\n${names.join('')}\nThe command completed successfully.\n\n`;
}

function helped(text: string, message: number, { printError }: ToolSurroundings): number {
  printError(`${text}\n\nMore help is available by typing NET HELPMSG ${message}.\n\n`);
  return exitCodes.failed;
}

function failed(code: number, { printError }: ToolSurroundings): number {
  printError(`System error ${code} has occurred.\n\n${win32ErrorText(code)}\n\n`);
  return exitCodes.failed;
}

const notPlayed = new Set(
  'accounts computer config continue file group help helpmsg localgroup pause session share statistics time use user view'.split(' '),
);

function usage(verb: string): string {
  const own = { start: 'NET START\n    [service]\n', stop: 'NET STOP\nservice [/Y | /N]\n' }[verb];
  return `The syntax of this command is:\n\n${own ?? 'NET\n    [ START | STOP ]\n'}\n`;
}
