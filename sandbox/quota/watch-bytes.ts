import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { countBytes } from './count-bytes.ts';
import { watchFolders } from './watch-folders.ts';

/** Counting may take one part in so many of the time: a folder with 100,000 files is counted every twenty seconds while it is written to. */
const restPerWork = 50;

/**
 * Counts the bytes below a folder, at first and whenever something in it has changed. Nothing is done while nothing is written.
 *
 * @param directory host path
 * @param hears each count, and once why changes cannot be noticed
 * @returns how to end it
 */
export function watchBytes(
  directory: string,
  hears: { readonly bytes: (bytes: number) => void; readonly unwatched: (why: string) => void },
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let counting = false;
  let changed = false;
  let ended = false;
  let rested = 0;
  const later = () => {
    if (ended || timer !== undefined) return;
    const look = () => {
      timer = undefined;
      void count();
    };
    timer = setTimeout(look, Math.max(emulatorMs.storageLook, rested - performance.now()));
    timer.unref();
  };
  const folders = watchFolders(() => {
    if (counting) changed = true;
    else later();
  }, hears.unwatched);
  const count = async () => {
    counting = true;
    changed = false;
    const from = performance.now();
    const bytes = await countBytes(directory, folders.meet);
    rested = performance.now() + (performance.now() - from) * restPerWork;
    counting = false;
    if (ended) return;
    folders.forgetOthers();
    hears.bytes(bytes);
    if (changed) later();
  };
  later();
  return () => {
    ended = true;
    clearTimeout(timer);
    folders.close();
  };
}
