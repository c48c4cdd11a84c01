import { lstatSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../contracts/diagnostic.ts';
import type { TreeSize } from '../../contracts/snapshot.ts';
import { writeAtomically } from '../../kernel/write-atomically.ts';
import { copyTree, measureTree } from '../../sandbox/copy-tree.ts';
import { driveLayout } from '../../sandbox/drive-layout.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';
import { checkSpace } from '../snapshot/check-space.ts';
import { imagesDirectory, removeAbandoned, removeQuietly, unfinishedName } from '../snapshot/snapshot-place.ts';
import { storedVms } from '../stored-vms.ts';
import { type ImageManifest, imageFolder, imageManifestName, imageNames } from './image-place.ts';

export interface ImageSource {
  /** As the user names it. */
  readonly called: string;
  /** Host folder of what D: is to begin with. */
  readonly folder: string;
  /** Host paths that are left out. */
  readonly except: readonly string[];
}

/**
 * Makes an image: a folder that D: of a VM role begins with (S3). It is made beside the others and gets its name when it is whole.
 *
 * @param source undefined for an empty one
 * @throws UserError RV4716 when the name is taken, RV4704 without room, RV6222 when the name is none
 */
export async function makeImage(
  stateDirectory: string,
  name: string,
  source: ImageSource | undefined,
  { version, message }: { readonly version: string; readonly message?: string | undefined },
): Promise<TreeSize> {
  const folder = imageFolder(stateDirectory, name);
  if (imageNames(stateDirectory).some((other) => other.toLowerCase() === name.toLowerCase())) throw nameTaken(name);
  const images = imagesDirectory(stateDirectory);
  mkdirSync(images, { recursive: true, mode: 0o700 });
  removeAbandoned(stateDirectory);
  const draft = join(images, unfinishedName('saving'));
  try {
    mkdirSync(draft, { mode: 0o700 });
    const size = await fill(images, join(draft, 'D'), source);
    const from = source === undefined ? {} : { from: source.called };
    const manifest: ImageManifest = {
      formatVersion: 1,
      version,
      createdAt: new Date().toISOString(),
      ...(message === undefined ? {} : { message }),
      ...from,
    };
    writeAtomically(join(draft, imageManifestName), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(draft, folder);
    return size;
  } catch (error) {
    await removeQuietly(draft);
    throw error;
  }
}

/**
 * D: of an instance without what makes it that machine, as sysprep generalizes an installation (S3): agents, accounts, certificates and
 * their keys, firewall rules and event logs. Registered services belong to the image.
 *
 * @throws UserError RV4717 when there is no such VM
 */
export function sourceOfInstance(stateDirectory: string, instance: string): ImageSource {
  const vms = storedVms(stateDirectory);
  const found = vms.find((vm) => vm.instance.toLowerCase() === instance.toLowerCase() && vm.letters.includes('D'));
  if (found === undefined) {
    const names = vms.map((vm) => vm.instance).join(', ');
    throw new UserError(
      'RV4717',
      `there is no VM ${instance} to make an image of`,
      names === '' ? 'start a service with rolevm up' : `there are ${names}`,
    );
  }
  const layout = driveLayout(found.root, readVmDocument(found.root));
  const machines = [
    layout.vmDoor,
    layout.firewall,
    layout.accounts,
    layout.certificates,
    layout.guestAgentDocument,
    layout.eventLogs,
    layout.windowsTemp,
    layout.guestAgent,
    layout.plugins,
  ];
  return {
    called: found.instance,
    folder: layout.windowsDrive.host.replace(/[\\/]$/, ''),
    except: [...machines.map(({ host }) => host), join(layout.systemConfig.host, 'certificates')],
  };
}

/** @throws UserError RV4717 when it is no folder */
export function sourceOfFolder(folder: string): ImageSource {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return { called: folder, folder, except: [] };
  throw new UserError(
    'RV4717',
    `${folder} is no folder`,
    'name the folder that D: is to begin with; the contents of a .vhd have to be unpacked into one',
  );
}

async function fill(images: string, to: string, source: ImageSource | undefined): Promise<TreeSize> {
  if (source === undefined) {
    mkdirSync(to);
    return { files: 0, folders: 0, links: 0, bytes: 0 };
  }
  await checkSpace(images, await measureTree(source.folder, source.except));
  const { passedOver: _, ...size } = await copyTree(source.folder, to, { live: true, except: source.except });
  return size;
}

function nameTaken(name: string): UserError {
  return new UserError('RV4716', `there is an image ${name} already`, `choose another name, or rolevm image delete ${name} first`);
}
