import type { Emulator, FeedItem } from '../../contracts/control-api.ts';
import type { EmulatorOptions } from '../../contracts/emulator-options.ts';
import { emulatorMs } from '../../contracts/timings-of-the-emulator.ts';
import { freshFeedPrinter, printFeedItem } from '../feed-printer.ts';
import { findPatch, welcome } from '../welcome.ts';

export interface FeedOutput {
  readonly print: (item: FeedItem) => void;
  /** Shows once, when every instance has come to its first rest, what runs and what to try. */
  readonly welcome: (emulator: Emulator) => void;
}

/** What `up` prints: each item of the feed as it comes, and once the picture of it all. */
export function printedFeed(options: EmulatorOptions): FeedOutput {
  let printer = freshFeedPrinter;
  const write = (lines: readonly string[]) => {
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
  };
  // A reader that has gone (`| head`) does not end the emulator.
  process.stdout.on('error', () => {});
  const print = (item: FeedItem) => {
    if (options.json) {
      write([JSON.stringify(item)]);
      return;
    }
    const printed = printFeedItem(printer, item, { colour: options.colour, interactive: options.interactive });
    printer = printed.printer;
    write(printed.lines);
  };
  return {
    print,
    welcome: (emulator) => {
      if (!options.json)
        whenSettled(emulator, async () =>
          write(welcome({ status: emulator.status(), processes: await emulator.processes(), options, ...patchFileOf(options) })),
        );
    },
  };
}

/** States in which a start goes on by itself. */
const starting: ReadonlySet<string> = new Set(['RoleStateUnknown', 'CreatingVM', 'StartingVM', 'CreatingRole', 'StartingRole', 'BusyRole']);

function whenSettled(emulator: Emulator, show: () => Promise<void>): void {
  let timer: NodeJS.Timeout | undefined;
  let unfollow = () => {};
  const finish = () => {
    clearTimeout(timer);
    unfollow();
    void show();
  };
  const settled = () => emulator.status().instances.every(({ state }) => !starting.has(state));
  if (settled()) {
    finish();
    return;
  }
  timer = setTimeout(finish, emulatorMs.pictureAtTheLatest);
  unfollow = emulator.follow((item) => {
    if (item.type === 'status' && settled()) finish();
  });
}

function patchFileOf(options: EmulatorOptions): { readonly patchFile?: string } {
  const patchFile = findPatch(options.servicePath, process.cwd());
  return patchFile === undefined ? {} : { patchFile };
}
