import type { Command } from 'commander';
import { harmless } from '../../control/colour.ts';
import { imageDrive, imageNames, readImageManifest } from '../../control/image/image-place.ts';
import { type Cli, isJson, placeOf, print, printJson } from '../cli.ts';
import { ageOf } from '../duration.ts';
import { table } from '../table.ts';

/** Shows the images of a state directory. */
export function listImages(cli: Cli, command: Command): void {
  const { stateDirectory } = placeOf(cli, command);
  const images = imageNames(stateDirectory).map((name) => ({
    ...readImageManifest(stateDirectory, name),
    name,
    folder: imageDrive(stateDirectory, name),
  }));
  if (isJson(command)) {
    printJson({ stateDirectory, images });
    return;
  }
  if (images.length === 0) {
    print(['there are no images; rolevm image create and rolevm image upload make them']);
    return;
  }
  const rows = images.map(({ name, createdAt, from = '', message = '' }) => [
    name,
    createdAt === undefined ? '' : ageOf(createdAt, Date.now()),
    harmless(from, false),
    harmless(message, false),
  ]);
  print(table([['NAME', 'AGE', 'FROM', 'NOTE'], ...rows]));
}
