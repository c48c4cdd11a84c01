import { createActor, fromPromise } from 'xstate';
import { never } from 'zod/mini';
import { type FromBootstrapper, fromHost, type ToBootstrapper, toBootstrapper } from '../contracts/links.ts';
import { exitWhenTold } from '../kernel/clean-exit.ts';
import { scaledClock } from '../kernel/clock.ts';
import { openParentLink } from '../kernel/parent-link.ts';
import { processLogic } from '../kernel/process-logic.ts';
import { vmRootOfThisProcess } from '../kernel/process-spec.ts';
import { reportOwnProcess } from '../kernel/report-process.ts';
import { openEventLog } from '../logs/event-log.ts';
import { openBootstrapperLog } from '../logs/open-bootstrapper-log.ts';
import { driveLayout } from '../sandbox/drive-layout.ts';
import { readVmDocument } from '../sandbox/vm-document.ts';
import { bootstrapperMachine } from './bootstrapper.machine.ts';
import { launchHost } from './launch-host.ts';
import { launchTask } from './launch-task.ts';
import { readRole } from './read-role.ts';
import { bootstrapperStory } from './story.ts';

process.title = 'WaHostBootstrapper';

const vmRoot = vmRootOfThisProcess();
const vm = readVmDocument(vmRoot);
const layout = driveLayout(vmRoot, vm);
const log = openBootstrapperLog(layout.bootstrapperLog.host);
const events = openEventLog({ directory: layout.eventLogs.host, writer: 'WaHostBootstrapper' });

const link = openParentLink<ToBootstrapper, FromBootstrapper>({
  accepts: toBootstrapper,
  onMessage: (message) => actor.send(message),
  // The owner of the job is gone. Whoever closes the job ends this process; it does nothing by itself (AB 1.2).
  onLost: () => log.warn('The guest agent is gone.'),
});

const story = bootstrapperStory({ timings: vm.timings, layout, log, events, link });
const machine = bootstrapperMachine(
  {
    readRole: fromPromise(async () => story.openRole(readRole(vm, layout))),
    taskProgram: processLogic({ accepts: never(), whenStopped: 'leave', launch: launchTask(vm, layout) }),
    host: processLogic({ accepts: fromHost, whenStopped: 'leave', launch: (role) => launchHost(role, vm, layout) }),
  },
  story,
  vm.timings,
);
const actor = createActor(machine, { clock: scaledClock(vm.speed) });
actor.subscribe({
  complete: () => {
    const { kind } = actor.getSnapshot().context.outcome;
    exitWhenTold(link, kind === 'stopped' || kind === 'recycle' ? 0 : 1);
  },
  error: (error) => {
    log.error(`Internal error: ${error instanceof Error ? error.stack : String(error)}`);
    link.send({ type: 'outcome', outcome: { kind: 'internalError', details: 'WaHostBootstrapper failed; see WaHostBootstrapper.log.' } });
    exitWhenTold(link, 70);
  },
});
actor.start();
reportOwnProcess({ name: 'WaHostBootstrapper', actor, send: (report) => link.send({ type: 'process', process: report }) });
