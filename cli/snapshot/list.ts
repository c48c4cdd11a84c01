import type { Command } from 'commander';
import { harmless } from '../../control/colour.ts';
import { sizeText } from '../../control/size-text.ts';
import { type ListedSnapshot, listSnapshots } from '../../control/snapshot/list-snapshots.ts';
import { type Cli, isJson, placeOf, print, printJson } from '../cli.ts';
import { ageOf } from '../duration.ts';
import { table } from '../table.ts';

/** Shows the snapshots of a state directory. */
export function list(cli: Cli, command: Command): void {
  const { stateDirectory } = placeOf(cli, command);
  const snapshots = listSnapshots(stateDirectory);
  if (isJson(command)) printJson({ stateDirectory, snapshots });
  else print(snapshotLines(snapshots, Date.now()));
}

const digestShown = 12;
const sizeColumn = 2;

/** The snapshots for a person. @param now wall-clock milliseconds, for ages */
export function snapshotLines(snapshots: readonly ListedSnapshot[], now: number): readonly string[] {
  if (snapshots.length === 0) return ['there are no snapshots; rolevm snapshot save makes one'];
  const rows = snapshots.map((snapshot) => {
    if ('flaw' in snapshot) return [snapshot.name, '', '', '', '', '', harmless(snapshot.flaw, false)];
    const { name, createdAt, bytes, vms, deployment, saved, message = '' } = snapshot;
    return [
      name,
      ageOf(createdAt, now),
      sizeText(bytes),
      harmless(deployment.serviceName, false),
      harmless(vms.map(({ instance }) => instance).join(', '), false),
      deployment.packageDigest.replace(/^sha256:/, '').slice(0, digestShown),
      harmless([saved === 'running' ? 'while running' : 'stopped', message].filter((part) => part !== '').join(': '), false),
    ];
  });
  return table([['NAME', 'AGE', 'SIZE', 'SERVICE', 'INSTANCES', 'PACKAGE', 'SAVED'], ...rows], [sizeColumn]);
}
