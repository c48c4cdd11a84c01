import type { FailingCall, ServiceStatus } from '../../../contracts/vm-door.ts';
import type { DoorQuestion } from '../../door/ask-door.ts';
import { askOrFail } from '../ask-or-fail.ts';
import type { ToolSurroundings } from '../run-tool.ts';
import { win32ErrorText } from '../win32-error-text.ts';
import { parseSc, type ScCommand } from './parse-sc.ts';
import { configText, statusText, usageText } from './sc-texts.ts';

/** It prints its errors there as well (BT 3). */
type ScSurroundings = Pick<ToolSurroundings, 'ask' | 'print' | 'note'>;

/** ERROR_INVALID_COMMAND_LINE (W). */
const invalidCommandLine = 1639;

/**
 * `sc` of Windows over the services that were registered in the VM.
 *
 * @param words those behind `sc`
 * @returns the exit code: the error of Windows, 32 bits
 */
export async function sc(words: readonly string[], surroundings: ScSurroundings): Promise<number> {
  const command = parseSc(words);
  if (command.verb === 'usage') {
    surroundings.print(usageText(command.of));
    return invalidCommandLine;
  }
  const answer = await askOrFail(surroundings, questionOf(command));
  if ('notPlayed' in command) {
    for (const option of command.notPlayed) surroundings.note(`"${option}" is not played: services run as LocalSystem, one a process.`);
  }
  if (!answer.done) {
    surroundings.print(`[SC] ${callText(command.verb, answer.call)} FAILED ${answer.code}:\n\n${win32ErrorText(answer.code)}\n\n`);
    if (answer.detail !== undefined) surroundings.note(answer.detail);
    return answer.code;
  }
  surroundings.print(resultText(command, answer.services));
  return 0;
}

type Understood = Exclude<ScCommand, { readonly verb: 'usage' }>;

function questionOf(command: Understood): DoorQuestion {
  switch (command.verb) {
    case 'query':
    case 'queryex':
      return { type: 'service.query', ...(command.name === undefined ? {} : { name: command.name }) };
    case 'qc':
      return { type: 'service.query', name: command.name };
    case 'create':
    case 'config': {
      const { verb, notPlayed, ...fields } = command;
      return { type: `service.${verb}`, ...fields } as DoorQuestion;
    }
    default:
      return { type: `service.${command.verb}`, name: command.name };
  }
}

/** Some verbs name themselves before the call that fails (W). */
function callText(verb: Understood['verb'], call: FailingCall): string {
  if (call !== 'OpenService') return call;
  if (verb === 'start') return 'StartService: OpenService';
  return verb === 'query' || verb === 'queryex' ? 'EnumQueryServicesStatus:OpenService' : call;
}

function resultText(command: Understood, services: readonly ServiceStatus[]): string {
  const [service] = services;
  switch (command.verb) {
    case 'create':
      return '[SC] CreateService SUCCESS\n';
    case 'delete':
      return '[SC] DeleteService SUCCESS\n';
    case 'config':
      return '[SC] ChangeServiceConfig SUCCESS\n';
    case 'qc':
      return service === undefined ? '' : configText(service);
    // It returns before the service has started (BT 3.4), which takes a program no time here.
    case 'start':
      return service === undefined ? '' : statusText({ ...service, state: 'startPending' }, { withPid: true });
    case 'stop':
      return service === undefined ? '' : statusText(service, { withPid: false });
    case 'query':
    case 'queryex':
      return listText(command, services);
  }
}

function listText(command: Extract<Understood, { readonly states: unknown }>, services: readonly ServiceStatus[]): string {
  const withPid = command.verb === 'queryex';
  if (command.name !== undefined) return services.map((service) => statusText(service, { withPid })).join('');
  const wanted = services.filter(({ state }) => command.states === 'all' || (state === 'stopped') === (command.states === 'inactive'));
  return wanted.map((service) => statusText(service, { withPid, withDisplayName: true })).join('');
}
