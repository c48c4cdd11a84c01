import { resolve } from 'node:path';
import type { Command } from 'commander';
import { deleteImages } from '../../control/image/delete-images.ts';
import { imageDrive, imageNameOf } from '../../control/image/image-place.ts';
import { makeImage, sourceOfFolder, sourceOfInstance } from '../../control/image/make-image.ts';
import { filesText, sizeText } from '../../control/size-text.ts';
import { createStateDirectory } from '../../control/state-directory.ts';
import { type Cli, isJson, option, placeOf, print, printJson } from '../cli.ts';
import { listImages } from '../image/list.ts';
import { ownVersion } from '../own-version.ts';

const examples = `
Examples:
  rolevm image create web --from Worker_IN_0     what was installed on D: of a VM becomes an image
  rolevm image upload build/web                  a folder that D: is to begin with
  rolevm image list
  rolevm image delete web

A <VirtualMachineRole name="Web" /> whose Role in the configuration has <OsImage href="web.vhd" /> boots from the image web: D: begins with
it, and a reimage or rebuild brings it back. Such a role has no startup tasks and no role host: what runs are the services that
are registered on its D: with sc create … start= auto. It is Ready when its guest agent says so.`;

interface ImageFlags {
  readonly from?: string;
  readonly name?: string;
  readonly message?: string;
}

export function define(command: Command, cli: Cli): void {
  command.description('Makes and shows images for VM roles.').addHelpText('after', examples);
  command.action(() => command.outputHelp());
  const note = () => option('-m, --message <text>', 'a note', 'ROLEVM_MESSAGE');
  const creating = command.command('create').summary('make an image, of a VM or an empty one');
  creating
    .description('Makes an image of D: of a VM, or an empty one.')
    .argument('<name>', 'letters, digits, ".", "_" and "-"')
    .addOption(option('--from <instance>', 'of D: of this instance, without what makes it that machine', 'ROLEVM_FROM'))
    .addOption(note())
    .addHelpText(
      'after',
      '\nExamples:\n  rolevm image create web --from Worker_IN_0\n\nOf a VM that runs it is what is on D: at that moment.',
    )
    .action(async (name: string, { from, message }: ImageFlags) => {
      const { stateDirectory } = placeOf(cli, creating);
      const source = from === undefined ? undefined : sourceOfInstance(stateDirectory, from);
      await make(name, source, message, cli, creating);
    });
  const uploading = command.command('upload').summary('make an image of a folder');
  uploading
    .description('Makes an image of a folder, as csupload does of a .vhd.')
    .argument('<folder>', 'what D: is to begin with')
    .addOption(option('--name <name>', 'the name of the image; without it that of the folder', 'ROLEVM_NAME'))
    .addOption(note())
    .addHelpText('after', '\nExamples:\n  rolevm image upload build/web --name web')
    .action(async (given: string, { name, message }: ImageFlags) => {
      const folder = resolve(cli.cwd, given);
      await make(name ?? imageNameOf(folder), sourceOfFolder(folder), message, cli, uploading);
    });
  const listing = command.command('list').summary('show the images');
  listing
    .description('Shows the images of the state directory.')
    .addHelpText('after', '\nExamples:\n  rolevm image list --json')
    .action(() => listImages(cli, listing));
  const deleting = command.command('delete').summary('delete images');
  deleting
    .description('Deletes images that no VM is made from.')
    .argument('<name...>', 'see rolevm image list')
    .addHelpText('after', '\nExamples:\n  rolevm image delete web')
    .action(async (names: readonly string[]) => {
      await deleteImages(placeOf(cli, deleting).stateDirectory, names);
      if (isJson(deleting)) printJson({ deleted: names });
      else print([`deleted: ${names.join(', ')}`]);
    });
}

async function make(
  name: string,
  source: Parameters<typeof makeImage>[2],
  message: string | undefined,
  cli: Cli,
  command: Command,
): Promise<void> {
  const { stateDirectory } = placeOf(cli, command);
  createStateDirectory(stateDirectory);
  const size = await makeImage(stateDirectory, name, source, { version: ownVersion(cli.packageRoot), message });
  const folder = imageDrive(stateDirectory, name);
  if (isJson(command)) printJson({ name, folder, ...size });
  else
    print([
      `image ${name}: ${filesText(size.files)}, ${sizeText(size.bytes)}, in ${folder}`,
      `a VM role uses it with <OsImage href="${name}.vhd" />`,
    ]);
}
