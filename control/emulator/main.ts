import { readFileSync } from 'node:fs';
import path from 'node:path';
import { emulatorOptions, emulatorOptionsVariable } from '../../contracts/emulator-options.ts';
import { onKeeperLost } from '../../kernel/keeper/index.ts';
import { adoptOrphansSoon } from '../../kernel/subreaper/index.ts';
import { printFailure } from './print-failure.ts';
import { printedFeed } from './print-feed.ts';
import { runEmulator } from './run-emulator.ts';
import { stopOnSignals } from './stop-on-signals.ts';

process.title = 'rolevm up';

const options = emulatorOptions.parse(JSON.parse(process.env[emulatorOptionsVariable] ?? '{}'));
delete process.env[emulatorOptionsVariable];
const bundlesDirectory = path.dirname(process.argv[1] ?? '');
const { version } = JSON.parse(readFileSync(path.join(bundlesDirectory, '..', 'package.json'), 'utf8')) as { version: string };

const printer = printedFeed(options);
const fail = (error: unknown) => {
  printFailure(error, options);
  process.exit(1);
};
process.on('uncaughtException', fail);

async function run(): Promise<void> {
  const { emulator, giveUp, ended } = await runEmulator({
    options,
    bundlesDirectory,
    version,
    listener: (item) => {
      if (item.type === 'process.started') adoptOrphansSoon();
      printer.print(item);
    },
    onReachable: printer.welcome,
    onFault: (error, id) => printFailure(error, options, id),
  });
  const stop = () => emulator.stop({ remove: false });
  stopOnSignals(stop, giveUp);
  onKeeperLost(stop);
  await ended;
  process.exit(0);
}

void run().catch(fail);
