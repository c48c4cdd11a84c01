import { createActor, fromPromise } from 'xstate';
import { never } from 'zod/mini';
import { type FromHost, type ToHost, toHost } from '../../contracts/links.ts';
import { exitWhenTold } from '../../kernel/clean-exit.ts';
import { lateProcessLogic } from '../../kernel/late-process-logic.ts';
import { openParentLink } from '../../kernel/parent-link.ts';
import { vmRootOfThisProcess } from '../../kernel/process-spec.ts';
import { reportOwnProcess } from '../../kernel/report-process.ts';
import { driveLayout } from '../../sandbox/drive-layout.ts';
import { readVmDocument } from '../../sandbox/vm-document.ts';
import { exceptionText } from './exception-text.ts';
import { heldFiles, noteModified } from './held-files.ts';
import { hostStory } from './host-story.ts';
import { type EntryPoint, loadEntryPoint } from './load-entry-point.ts';
import { launchRoleProgram, programName } from './role-program.ts';
import { workerHostMachine } from './worker-host.machine.ts';

process.title = 'WaWorkerHost';

const vmRoot = vmRootOfThisProcess();
const vm = readVmDocument(vmRoot);
const layout = driveLayout(vmRoot, vm);

const link = openParentLink<ToHost, FromHost>({
  accepts: toHost,
  onMessage: (message) => actor.send(message),
  // A role host does not end because its bootstrapper is gone: the agent ends the job (AB 1.2, 1.3).
  onLost: () => {},
});
const story = hostStory({ vm, layout, link, programName: () => programName(actor.getSnapshot().context.entryPoint) });

const modified = new Map<string, number>();
let entryPoint: EntryPoint | undefined;
const loaded = () => {
  if (entryPoint === undefined) throw new Error('the entry point is called before it is loaded');
  return entryPoint;
};
const actor = createActor(
  workerHostMachine(
    {
      load: fromPromise(async ({ input }) => {
        noteModified(modified, input.file);
        entryPoint = loadEntryPoint(input.file);
      }),
      onStart: fromPromise(async () => (await loaded().onStart()) !== false),
      run: fromPromise(async () => loaded().run()),
      onStop: fromPromise(async () => loaded().onStop()),
      program: lateProcessLogic({ accepts: never(), whenStopped: 'leave', launch: launchRoleProgram(vm, layout) }),
    },
    story,
  ),
);

// An exception that role code lets go of ends the process wherever it comes from (AB 3.3).
process.on('uncaughtException', (error) => actor.send({ type: 'role.threw', detail: exceptionText(error) }));
// Role code may leave nothing to wait for: the process lives on until it is ended.
setInterval(() => {}, 2 ** 30);

actor.subscribe({
  complete: () => exitWhenTold(link, actor.getSnapshot().matches('stopped') ? 0 : 1),
  error: (error) => {
    story.failed({ phase: 'run', detail: `Fault of the role host: ${error instanceof Error ? error.stack : String(error)}` });
    exitWhenTold(link, 70);
  },
});
actor.start();
reportOwnProcess({
  name: 'WaWorkerHost',
  actor,
  holds: () => heldFiles(vmRoot, actor.getSnapshot().context.entryPoint, modified),
  send: (report) => link.send({ type: 'process', process: report }),
});
