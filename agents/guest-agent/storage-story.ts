import type { FromService } from '../../contracts/links.ts';
import { mostStorages, type StorageUse } from '../../contracts/storage-use.ts';
import type { ParentLink } from '../../kernel/parent-link.ts';
import type { Log } from '../../logs/open-log.ts';
import { roleTempName, type StorageWatch } from '../../sandbox/quota/watch-storage.ts';

/** Tells of directories that hold more than they may: in AppAgentRuntime.log, to the user once a crossing, and for the status. */
export function storageStory(runtime: Log, link: ParentLink<FromService>): StorageWatch {
  return {
    crossed: (use, how) => {
      if (how === 'under') {
        runtime.info(`${nameOf(use)} has room again: ${megabytes(use.usedBytes)} of ${use.sizeInMB} MB.`);
        return;
      }
      const text = `${nameOf(use)} holds ${megabytes(use.usedBytes)} of ${use.sizeInMB} MB: Azure refuses writes beyond (112, not enough space on the disk), here they go through.`;
      runtime.warn(text);
      link.send({ type: 'notice', text });
    },
    over: (all) => link.send({ type: 'storage', over: all.slice(0, mostStorages) }),
    unwatched: (directory, why) => runtime.warn(`What is written to ${directory} is not noticed before the next start of the role: ${why}`),
  };
}

function nameOf({ name, directory }: StorageUse): string {
  return `${name === roleTempName ? '%TEMP%' : `LocalStorage ${name}`} (${directory})`;
}

/** Rounded up: a directory that holds a byte too much must not look as if it were just full. */
function megabytes(bytes: number): string {
  return `${(Math.ceil((bytes / 1_048_576) * 10) / 10).toFixed(1)} MB`;
}
