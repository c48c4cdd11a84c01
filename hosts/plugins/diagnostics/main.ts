import fs from 'node:fs';
import { createActor, fromPromise } from 'xstate';
import { scaledClock } from '../../../kernel/clock.ts';
import { type DriveLayout, diagnosticStoreName } from '../../../sandbox/drive-layout.ts';
import { toHostPath } from '../../../sandbox/drive-path.ts';
import { blockStartup } from '../block-startup.ts';
import { liveOn, openPluginProcess } from '../plugin-process.ts';
import { type Collector, openCollector } from './collector.ts';
import { type DiagnosticsConfiguration, megabyte, withoutFile } from './configuration.ts';
import { checkConnectionString } from './connection-string.ts';
import { diagnosticsMachine } from './diagnostics.machine.ts';
import { readConfiguration } from './read-configuration.ts';
import { diagnosticsStory } from './story.ts';

/** More characters are no configuration; the reader counts anew. */
const longestBytes = 4_194_304;

const agent = openPluginProcess();
if (agent.blocksStartup) void blockStartup(agent);
else run();

function run(): void {
  const { vm, layout } = agent;
  const story = diagnosticsStory(agent);
  let collector: Collector | undefined;
  const initialize = async () => {
    const doubt = checkConnectionString(process.env['@ConnectionString'], vm.emulated);
    if (doubt !== undefined) story.noted(doubt);
    const configuration = configurationOf(layout);
    collector = openCollector(configuration, { vm, layout, env: process.env });
    return configuration;
  };
  const collect: Parameters<typeof diagnosticsMachine>[0]['collect'] = async (source) => {
    if (collector === undefined) throw new Error('nothing is collected before the store is open');
    return collector.collect(source);
  };
  const actor = createActor(diagnosticsMachine({ initialize: fromPromise(initialize), collect }, story), { clock: scaledClock(vm.speed) });
  actor.subscribe({ complete: () => process.exit(1) });
  actor.start();
  liveOn();
}

function configurationOf(layout: DriveLayout): DiagnosticsConfiguration {
  const file = configurationFile(layout);
  if (file === undefined) return withoutFile;
  if (fs.statSync(file.host).size > longestBytes) throw new Error(`${file.drive}: it is larger than ${longestBytes} bytes`);
  const size = agent.vm.localStorage.find(({ name }) => name === diagnosticStoreName)?.sizeInMB ?? 4_096;
  try {
    return readConfiguration(fs.readFileSync(file.host, 'utf8'), size * megabyte);
  } catch (error) {
    throw new Error(`${file.drive}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A worker has the file in approot, a web role in approot\bin (W). */
function configurationFile(layout: DriveLayout): { readonly drive: string; readonly host: string } | undefined {
  const places = ['', 'bin\\'].map((folder) => `${layout.approot.drive}\\${folder}diagnostics.wadcfg`);
  const inOrder = agent.vm.roleKind === 'WorkerRole' ? places : places.reverse();
  return inOrder
    .map((drive) => ({ drive, host: toHostPath(layout.vmRoot, drive) }))
    .find(({ host }) => fs.statSync(host, { throwIfNoEntry: false })?.isFile() === true);
}
