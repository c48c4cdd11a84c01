import type { Command } from 'commander';
import { imageAgentVersion } from '../../contracts/agent-version.ts';
import type { InstanceEntry, StatusDocument } from '../../contracts/control-api.ts';
import type { Rotation } from '../../contracts/rotation.ts';
import type { StorageUse } from '../../contracts/storage-use.ts';
import { request } from '../../control/client.ts';
import { harmless, type Paint, painter, statusFormat } from '../../control/colour.ts';
import { momentText } from '../../control/feed-printer.ts';
import { loadedText } from '../../control/loaded-text.ts';
import { probeText } from '../../control/rotation-text.ts';
import { sizeText } from '../../control/size-text.ts';
import { type Cli, emulatorOf, isJson, print, printJson, wantsColour } from '../cli.ts';
import { ageOf } from '../duration.ts';
import { table } from '../table.ts';
import { windowText } from '../window-text.ts';

const examples = `
Examples:
  rolevm status
  rolevm status --json | jq -r '.instances[] | .name + " " + .state'`;

export function define(command: Command, cli: Cli): void {
  command
    .description('Shows the deployment, each instance with its state as the Service Management API names it, and its drives.')
    .addHelpText('after', examples)
    .action(async () => {
      const status = await request(emulatorOf(cli, command), 'GET /status');
      if (isJson(command)) printJson(status);
      else print(statusLines(status, Date.now(), wantsColour(command)));
    });
}

/** The status for a person. @param now wall-clock milliseconds, for ages */
export function statusLines({ emulator, deployment, instances }: StatusDocument, now: number, colour: boolean): readonly string[] {
  const paint = painter(colour);
  const head = ['INSTANCE', 'STATE', 'PORTAL', 'LB', 'SINCE', 'RECYCLES', 'UD', 'FD', 'NODE', 'DETAILS'].map((title) =>
    paint('gray', title),
  );
  const width = Math.max(0, ...instances.map((instance) => instance.name.length));
  return [
    `${paint('bold', deployment.serviceName)}  ${deployment.status}  ${paint('gray', `deployment ${deployment.id}`)}`,
    paint(
      'gray',
      `${emulator.state}, pid ${emulator.pid}, speed ${emulator.speed}, for ${ageOf(emulator.startedAt, now)}, over ${emulator.stateDirectory}`,
    ),
    '',
    ...table([head, ...instances.map((instance) => instanceRow(instance, now, paint))], [5]),
    '',
    ...instances.flatMap(({ name, drives, loaded = [] }) => [
      ...(['C', 'D', 'E'] as const).map((letter, index) => `${(index === 0 ? name : '').padEnd(width)}  ${letter}: ${drives[letter]}`),
      ...loaded.map((file) => `${' '.repeat(width)}  ${harmless(loadedText(file), false)}`),
    ]),
  ];
}

function instanceRow(instance: InstanceEntry, now: number, paint: Paint): readonly string[] {
  const [details = ''] = instance.details.split(/\r?\n/);
  const notes = [
    ...(instance.debugged ?? []).map(({ name, pid, state }) => `${harmless(name, false)} (${pid}) is ${state}`),
    ...(instance.faults ?? []).map((fault) => `fault ${fault} is set`),
    ...(instance.platformFault === undefined ? [] : [instance.platformFault]),
    ...windowText(instance, now),
    // On every other it is the image's.
    ...([undefined, imageAgentVersion].includes(instance.agentVersion) ? [] : [`guest agent ${instance.agentVersion}`]),
    ...(instance.overQuota ?? []).map(overQuotaText),
    ...(instance.rotation === undefined ? [] : [probeText(instance.rotation.probe)]),
    ...(instance.vmRestartAt === undefined ? [] : [`VM restarts ${momentText(instance.vmRestartAt, now)}`]),
  ];
  return [
    instance.name,
    paint(statusFormat(instance.state), instance.state),
    instance.portalState,
    lbCell(instance.rotation, paint),
    ageOf(instance.since, now),
    String(instance.recycles),
    String(instance.updateDomain),
    String(instance.faultDomain),
    instance.node,
    [harmless(details, false), ...(notes.length === 0 ? [] : [`(${notes.join('; ')})`])].filter((part) => part !== '').join(' '),
  ];
}

function overQuotaText({ name, usedBytes, sizeInMB }: StorageUse): string {
  return `${harmless(name, false)} holds ${sizeText(usedBytes)} of ${sizeInMB} MB`;
}

/** Whether the load balancer has it in rotation. */
function lbCell(rotation: Rotation | undefined, paint: Paint): string {
  if (rotation === undefined) return '-';
  return rotation.inRotation ? paint('green', 'in') : paint('red', 'out');
}
